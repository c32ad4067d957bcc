import { DiscordAPIError, RateLimitError } from '@discordjs/rest'

export type DiscordFailure =
  /** May work when tried again, with the same nonce. */
  | { outcome: 'later'; retryAfterS: number; message: string }
  /** Will not work: `code` is Discord's own number, such as 50007 for somebody who takes no direct messages. */
  | { outcome: 'refused'; code: number; message: string }

/** Discord does not know our token (any more). Every further call would count towards a ban of our address. */
export class DiscordTokenError extends Error {
  override readonly name = 'DiscordTokenError'

  constructor(options?: ErrorOptions) {
    super('Discord refuses the bot’s token. Put a valid one into DISCORD_TOKEN and start again.', options)
  }
}

/**
 * What passes by itself although it is said with a status below 500: opening direct messages too fast, and too many edits of
 * messages that are older than an hour.
 */
const passingCodes = new Set([40_003, 30_046])

const unknownWaitS = 5

/** Sorts what the REST client throws. */
export function failureOf(error: unknown): DiscordFailure | 'token refused' {
  if (error instanceof RateLimitError) {
    return { outcome: 'later', retryAfterS: Math.ceil(error.retryAfter / 1000), message: 'rate limited' }
  }
  if (error instanceof DiscordAPIError) {
    if (error.status === 401) return 'token refused'
    const code = Number(error.code)
    if (!passingCodes.has(code)) return { outcome: 'refused', code, message: error.message }
  }
  // Everything else is a 5xx that stayed, a timeout, or no connection at all.
  const message = error instanceof Error ? error.message : String(error)
  return { outcome: 'later', retryAfterS: unknownWaitS, message }
}
