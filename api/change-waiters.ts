/** One call that waits for a change. */
export type ChangeWaiter = {
  /** Settles when there may be news, or when waiting is over. */
  next(): Promise<void>
  /** After the deadline, after `release`, and once nobody waits any more. */
  isOver(): boolean
  release(): void
}

export type ChangeWaiters = {
  /** Registers before the change is read, so that nothing falls between reading and waiting. */
  register(changeId: string, deadlineMs: number): ChangeWaiter
  /** There is news of this change. */
  wake(changeId: string): void
  /** News may have been lost: everybody reads again. */
  wakeAll(): void
  /** Everybody is answered now, and nobody waits any more. */
  close(): void
}

/** Who waits for which change. It holds no database connection and no change, only wake-ups. */
export function createChangeWaiters(): ChangeWaiters {
  const waiting = new Map<string, Set<() => void>>()
  let closed = false

  const wake = (changeId: string) => {
    for (const ring of waiting.get(changeId) ?? []) ring()
  }
  const wakeAll = () => {
    for (const changeId of waiting.keys()) wake(changeId)
  }

  return {
    register(changeId, deadlineMs) {
      let rung = false
      let over = false
      let resolveNext: (() => void) | null = null
      const ring = () => {
        rung = true
        resolveNext?.()
      }
      const end = () => {
        over = true
        ring()
      }
      const timer = setTimeout(end, deadlineMs)
      const rings = waiting.get(changeId) ?? new Set()
      waiting.set(changeId, rings.add(ring))
      return {
        next: async () => {
          if (!rung && !over && !closed) await new Promise<void>((resolve) => (resolveNext = resolve))
          rung = false
          resolveNext = null
        },
        isOver: () => over || closed,
        release: () => {
          clearTimeout(timer)
          rings.delete(ring)
          if (rings.size === 0 && waiting.get(changeId) === rings) waiting.delete(changeId)
          end()
        },
      }
    },
    wake,
    wakeAll,
    close: () => {
      closed = true
      wakeAll()
    },
  }
}
