import { isCsn } from '../../domain/contracts/entry-version.ts'
import { databaseTime } from '../../domain/store/database-time.ts'
import { readKnownPeople } from '../../domain/store/mirror/known-entries.ts'
import { markPeopleGone, writePeople } from '../../domain/store/mirror/mirror-people.ts'
import type { SyncContext } from '../context.ts'
import type { ToLookAt } from './feed-inbox.ts'
import { refuseEmptiness } from './refuse-emptiness.ts'
import { peopleAtOnce } from './sync-plan.ts'

/**
 * Looks at people by their ids and brings the mirror up to date: whom it has at this version already is left alone, who is not there is
 * gone. Gives how many differed. Stops between two batches when `until` is aborted.
 * @throws {DirectoryFailure} @throws {IncompleteRead}
 */
export async function takeInPeople(
  context: SyncContext,
  { changed, missing }: ToLookAt,
  until?: AbortSignal,
): Promise<number> {
  const { db, directory } = context
  const gone = new Set<string>()
  let differed = 0
  let ids = [...new Set([...changed.keys(), ...missing])]
  // Whoever somebody else wrote while they were read is read again.
  while (ids.length > 0) {
    const left: string[] = []
    for (let at = 0; at < ids.length; at += peopleAtOnce) {
      until?.throwIfAborted()
      const some = ids.slice(at, at + peopleAtOnce)
      const known = await readKnownPeople(db, some)
      const wanted = some.filter((id) => {
        const person = known.get(id)
        if (missing.has(id)) return person?.present === true
        const version = changed.get(id) ?? ''
        return !person?.present || person.version !== version || !isCsn(version)
      })
      if (wanted.length === 0) continue
      const begunAt = await databaseTime(db)
      const found = await directory.findPeople(wanted)
      left.push(...(await writePeople(db, found, begunAt)))
      const there = new Set(found.map(({ entryUuid }) => entryUuid))
      for (const id of wanted) if (!there.has(id) && known.get(id)?.present === true) gone.add(id)
      differed += found.filter(({ entryUuid, version }) => known.get(entryUuid)?.version !== version).length
    }
    ids = left
  }
  await markGone(context, [...gone])
  return differed + gone.size
}

async function markGone(context: SyncContext, gone: readonly string[]): Promise<void> {
  if (gone.length === 0) return
  await refuseEmptiness(context, 'people', gone.length)
  for (let at = 0; at < gone.length; at += peopleAtOnce)
    await markPeopleGone(context.db, gone.slice(at, at + peopleAtOnce))
}
