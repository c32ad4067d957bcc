/** The first pauses, in milliseconds, of something that is tried again; after them they grow up to five minutes. */
const firstMs = [500, 1000, 2000, 4000, 8000]
const mostMs = 300_000

/** How long to wait before try number `attempts` + 1, with up to a quarter of jitter so that retries do not march in step. */
export function retryDelayMs(attempts: number, random: () => number = Math.random): number {
  const grown = firstMs[attempts] ?? Math.min(mostMs, 8000 * 2 ** (attempts - firstMs.length + 1))
  return Math.round(grown * (1 + random() / 4))
}

/** For ten minutes a server that is away is looked for every two seconds at least; after that nobody waits for that second. */
const soonMs = 2000
const soonProbes = 300
const mostUnreachableMs = 15_000
const mostRefusedMs = 60_000

/**
 * How long to wait before a paused target is probed after `probes` probes in vain. To ask a server that is away costs next to nothing;
 * one that refuses us counts what it refuses, and may lock us out.
 */
export function probeDelayMs(probes: number, { unreachable }: { unreachable: boolean }): number {
  const grown = firstMs[probes] ?? 8000 * 2 ** Math.min(10, probes - firstMs.length + 1)
  if (!unreachable) return Math.min(mostRefusedMs, grown)
  return Math.min(probes < soonProbes ? soonMs : mostUnreachableMs, grown)
}
