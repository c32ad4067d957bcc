/** The first pauses, in milliseconds, of something that is tried again; after them they grow up to five minutes. */
const firstMs = [500, 1000, 2000, 4000, 8000]
const mostMs = 300_000

/** How long to wait before try number `attempts` + 1, with up to a quarter of jitter so that retries do not march in step. */
export function retryDelayMs(attempts: number, random: () => number = Math.random): number {
  const grown = firstMs[attempts] ?? Math.min(mostMs, 8000 * 2 ** (attempts - firstMs.length + 1))
  return Math.round(grown * (1 + random() / 4))
}
