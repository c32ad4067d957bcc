import type { EntryVersion, FeedEvent } from '../../domain/contracts/feed.ts'

/** What there is to look at. */
export type ToLookAt = {
  /** The version that each was said to have; null where it is to be fetched in any case. */
  changed: Map<string, string | null>
  /** Said to be gone. */
  missing: Set<string>
}

/** Whatever the directory names as changed. */
export const lookAtChanged = (changed: readonly EntryVersion[]): ToLookAt => ({
  changed: new Map(changed.map(({ entryUuid, version }) => [entryUuid, version])),
  missing: new Set(),
})

export type Work = ToLookAt & {
  /** Everybody who was there at the end of a refresh that told of nobody's absence otherwise. */
  present: Set<string> | null
  /** Stands for the directory as it is once all of this is in the mirror. */
  cookie: string | null
}

/**
 * What a feed said and nobody has looked at yet. An entry that changed a hundred times is there once. Nothing that is said is
 * believed but "look at this one", so that what comes twice or in another order does no harm.
 */
export type FeedInbox = {
  take: (events: readonly FeedEvent[]) => void
  /** All that there is so far; null when there is nothing. */
  empty: () => Work | null
  /** The server has said all that happened before the feed began. */
  isRefreshed: () => boolean
}

/** One for each feed, from its beginning: what came before is in no inbox. */
export function createFeedInbox(): FeedInbox {
  let changed: Work['changed'] = new Map()
  let missing: Work['missing'] = new Set()
  let present: Work['present'] = null
  let cookie: string | null = null
  /** Who was there during the refresh; null when that is over. */
  let seen: Set<string> | null = new Set()

  const takeOne = (event: FeedEvent): void => {
    switch (event.kind) {
      case 'changed': {
        const { entryUuid, version } = event
        // Of two versions nobody knows here which came last.
        const isOther = changed.has(entryUuid) && changed.get(entryUuid) !== version
        changed.set(entryUuid, isOther || missing.delete(entryUuid) ? null : version)
        seen?.add(entryUuid)
        break
      }
      case 'present':
        for (const entryUuid of event.entryUuids) seen?.add(entryUuid)
        break
      case 'deleted':
        for (const entryUuid of event.entryUuids) {
          changed.delete(entryUuid)
          missing.add(entryUuid)
        }
        break
      case 'refreshed':
        if (event.deletesByAbsence) present = seen
        seen = null
        break
      case 'cookie':
        cookie = event.cookie
        break
      default:
        event satisfies never
    }
  }

  return {
    take: (events) => events.forEach(takeOne),
    empty: () => {
      // A cookie that came in the middle of a refresh waits for its end: who is gone is known only then.
      const given = seen === null ? cookie : null
      if (changed.size + missing.size === 0 && present === null && given === null) return null
      const work = { changed, missing, present, cookie: given }
      changed = new Map()
      missing = new Set()
      present = null
      if (given !== null) cookie = null
      return work
    },
    isRefreshed: () => seen === null,
  }
}
