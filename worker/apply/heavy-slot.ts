/** Lets one heavy list at a time be in hand in this worker. */
export type HeavySlot = {
  /** Takes the slot for a lane; null while another has it, or waits for it longer. The answer gives it back. */
  take(lane: number): (() => void) | null
  /** The lane has a heavy list that waits, and asks again soon. */
  wants(lane: number): void
}

/** A lane that has not asked for so long no longer waits: another worker may have its list. */
const forgottenAfterMs = 3000

/** Nobody waits for the slot with a list in hand: a lane asks before it leases, goes on with its other lists, and asks again. */
export function heavySlot(now: () => number = () => performance.now()): HeavySlot {
  let isTaken = false
  /** When each lane asked last, in the order in which they first did. */
  const waiting = new Map<number, number>()
  const first = (): number | undefined => {
    for (const [lane, askedAt] of waiting)
      if (now() - askedAt > forgottenAfterMs) waiting.delete(lane)
      else return lane
    return undefined
  }
  return {
    take(lane) {
      if (isTaken || (first() ?? lane) !== lane) return null
      waiting.delete(lane)
      isTaken = true
      let isOurs = true
      return () => {
        if (isOurs) isTaken = false
        isOurs = false
      }
    },
    wants(lane) {
      waiting.set(lane, now())
    },
  }
}
