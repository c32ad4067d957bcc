import type { EntryVersion } from '../../domain/contracts/feed.ts'

/** After this, a second that a directory had begun when it named it is over. */
const isOverAfterMs = 2000

/**
 * Where versions are times, a question names whoever changed within the second of the last change again and again: they may have changed
 * once more within it. Whoever was looked at when that second was over need not be looked at again.
 */
export type Seconds = { leaveOutSeen: (named: readonly EntryVersion[]) => EntryVersion[] }

/** Remembers what it was asked of last, and no more. */
export function createSeconds(): Seconds {
  let seen = new Map<string, { version: string; since: number; isDone: boolean }>()
  return {
    leaveOutSeen: (named) => {
      const now = performance.now()
      const before = seen
      seen = new Map()
      return named.filter(({ entryUuid, version }) => {
        const known = before.get(entryUuid)
        const isSame = known?.version === version
        const since = isSame ? known.since : now
        const isDone = isSame && known.isDone
        seen.set(entryUuid, { version, since, isDone: isDone || now - since >= isOverAfterMs })
        return !isDone
      })
    },
  }
}
