/** Who delivers in this worker. */
export type Turns = {
  /** Begins as many turns as are free. Each does `step` until there is nothing to do, and nobody asked meanwhile. */
  begin(step: () => Promise<'done' | 'nothing'>): Promise<void>
  /** True for the first that wants to be woken within this time: one timer is enough. */
  wakesFirst(inMs: number): boolean
}

/** A timer may come so much before its time: who was woken by it is not to wait for it. */
const earlyMs = 2

/** What is slow holds up `atOnce` turns of a worker at most, and its other work not at all. */
export function turns(atOnce: number, now: () => number = () => performance.now()): Turns {
  let busy = 0
  let asked = 0
  let wakesAt = -Infinity

  return {
    async begin(step) {
      asked += 1
      const turn = async () => {
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
      await Promise.all(Array.from({ length: atOnce - busy }, turn))
    },

    wakesFirst(inMs) {
      const at = now() + inMs
      if (wakesAt > now() + earlyMs && wakesAt <= at) return false
      wakesAt = at
      return true
    },
  }
}
