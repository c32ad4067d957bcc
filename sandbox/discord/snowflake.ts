/** 2015-01-01, from which Discord counts. */
const discordEpochMs = 1_420_070_400_000
/** Ids made before this moment would have fewer than the 17 digits that discord.js expects. */
const earliestMs = discordEpochMs + 30 * 24 * 3_600_000

/**
 * Makes Discord ids ("snowflakes": milliseconds since 2015 in the upper bits) that never repeat and always rise,
 * even when `now` stands still. https://docs.discord.com/developers/reference#snowflakes
 */
export function createSnowflakes(now: () => number): () => string {
  let last = 0n
  return () => {
    const fromClock = BigInt(Math.floor(Math.max(now(), earliestMs) - discordEpochMs)) << 22n
    last = fromClock > last ? fromClock : last + 1n
    return last.toString()
  }
}

/** @throws when `id` could not be an id of Discord's: discord.js counts on 17 to 19 digits. */
export function assertSnowflake(name: string, id: string): void {
  if (!/^[1-9]\d{16,18}$/.test(id))
    throw new Error(
      `${name} must be a Discord id of 17 to 19 digits, for example 200000000000000001; got "${id}"`,
    )
}
