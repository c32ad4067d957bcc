/** Lets few large batches at a time be worked on in this worker. Gives how to give the place back, once it is ours. */
export type BulkSlots = { take: (changes: number) => Promise<() => void> }

/**
 * While one is being recorded in Postgres, another one is prepared here: more at once are hardly done sooner, but as many statements
 * compete with those of the api, and whoever reads waits for the processors.
 */
const mostAtOnce = 2
/** Up to so many cost little: they wait for nobody. */
const fewChanges = 20
/** A directory that takes its time takes little of anything else: after this, the next one goes on beside it. */
const slowMs = 1000

export function bulkSlots(): BulkSlots {
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
