/** How much is delivered side by side in this worker. */
export type Slots = {
  /** Begins `step` in each slot that is free, and does it there again until there is nothing to do, and nobody asked meanwhile. */
  begin(step: () => Promise<'done' | 'nothing'>): Promise<void>
  /** True for the first that wants to be woken within this time: one timer is enough. */
  wakesFirst(inMs: number): boolean
}

/** A timer may come so much before its time: who was woken by it is not to wait for it. */
const earlyMs = 2

/** What is slow holds up `atOnce` slots of a worker at most, and its other work not at all. */
export function slots(atOnce: number, now: () => number = () => performance.now()): Slots {
  let busy = 0
  let asked = 0
  let wakesAt = -Infinity

  return {
    async begin(step) {
      asked += 1
      const fillOne = async () => {
        busy += 1
        try {
          for (;;) {
            const askedBefore = asked
            // What was written while the last look was on its way may not have been seen by it.
            if ((await step()) === 'nothing' && asked === askedBefore) return
          }
        } finally {
          busy -= 1
        }
      }
      await Promise.all(Array.from({ length: atOnce - busy }, fillOne))
    },

    wakesFirst(inMs) {
      const at = now() + inMs
      if (wakesAt > now() + earlyMs && wakesAt <= at) return false
      wakesAt = at
      return true
    },
  }
}
