/** Lets one large batch at a time be worked on in this worker. Gives how to give the place back, once it is ours. */
export type BulkSlot = { take: (changes: number) => Promise<() => void> }

/**
 * Each is a long statement of Postgres, and as many of them as there are at once compete with those of the api: whoever reads waits for the
 * processors. Several at once are done sooner by a fifth, with a 99th percentile of readings half as much again or thrice (docs/latency.md).
 */
const mostAtOnce = 1
/** Up to so many cost little: they wait for nobody. */
const fewChanges = 20
/** A directory that takes its time takes little of anything else: after this, the next one goes on beside it. */
const slowMs = 1000

/** Each batch waits for its turn, the first the first. */
export function bulkSlot(): BulkSlot {
  let taken = 0
  const waiting: (() => void)[] = []
  const giveBack = () => {
    const next = waiting.shift()
    if (next) next()
    else taken -= 1
  }
  return {
    take: async (changes) => {
      if (changes <= fewChanges) return () => {}
      if (taken < mostAtOnce) taken += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      let isOurs = true
      const over = () => {
        clearTimeout(timer)
        if (isOurs) giveBack()
        isOurs = false
      }
      const timer = setTimeout(over, slowMs).unref()
      return over
    },
  }
}
