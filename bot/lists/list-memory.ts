import type { Subscription } from '../../domain/contracts/subscription.ts'

export type ListMemory = ReturnType<typeof createListMemory>

/**
 * What the API last said about members' lists, so that autocomplete has something to offer when the API is slow. It
 * holds so many members at most; whoever asked longest ago is forgotten first. Never older than `maxAgeMs`.
 */
export function createListMemory({ members, maxAgeMs }: { members: number; maxAgeMs: number }) {
  const known = new Map<string, { items: Subscription[]; at: number }>()
  const loading = new Map<string, Promise<Subscription[]>>()

  return {
    /** What is remembered and at most `youngerThanMs` old. */
    recall(userId: string, youngerThanMs = maxAgeMs): Subscription[] | undefined {
      const found = known.get(userId)
      return found && Date.now() - found.at <= Math.min(youngerThanMs, maxAgeMs) ? found.items : undefined
    },

    remember(userId: string, items: Subscription[]): void {
      known.delete(userId)
      known.set(userId, { items, at: Date.now() })
      const [oldest] = known.keys()
      if (known.size > members && oldest !== undefined) known.delete(oldest)
    },

    forget(userId: string): void {
      known.delete(userId)
      loading.delete(userId)
    },

    /** Asks with `read`, once for everybody who waits for the same member, and remembers the answer. */
    load(userId: string, read: () => Promise<Subscription[]>): Promise<Subscription[]> {
      const running = loading.get(userId)
      if (running) return running
      const reading: Promise<Subscription[]> = read()
        .then((items) => {
          if (loading.get(userId) === reading) this.remember(userId, items)
          return items
        })
        .finally(() => {
          if (loading.get(userId) === reading) loading.delete(userId)
        })
      loading.set(userId, reading)
      return reading
    },
  }
}
