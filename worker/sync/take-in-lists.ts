import type { ListRead } from '../../domain/contracts/directory.ts'
import { isCsn } from '../../domain/contracts/entry-version.ts'
import { forgetUnread } from '../../domain/store/mirror/awaited-lists.ts'
import { databaseTime } from '../../domain/store/database-time.ts'
import { type KnownList, readKnownLists } from '../../domain/store/mirror/known-entries.ts'
import { mirrorLists } from '../../domain/store/mirror/mirror-lists.ts'
import type { SyncContext } from '../context.ts'
import { closeLists } from './close-lists.ts'
import type { ToLookAt } from './feed-inbox.ts'
import { mayBeList, mirrorOptions } from './mirror-options.ts'
import { refuseEmptiness } from './refuse-emptiness.ts'
import { valuesAtOnce } from './sync-plan.ts'

export type TakenIn = {
  differed: number
  /** To be looked at again soon: a worker has them in hand, or somebody wrote them during the look. */
  left: string[]
  /** An edit by another tool is on record that admins are to be told of. */
  isToTell: boolean
}

type Look = ToLookAt & {
  /** Looked at also where the version is the one that is known. */
  again?: ReadonlySet<string>
}

/**
 * Looks at lists by their ids and brings the mirror up to date, as `takeInPeople` does.
 * @throws {DirectoryFailure} @throws {IncompleteRead}
 */
export async function takeInLists(
  context: SyncContext,
  { changed, missing, again = new Set() }: Look,
  until?: AbortSignal,
): Promise<TakenIn> {
  const { db } = context
  const ids = [...new Set([...missing, ...changed.keys(), ...again])]
  const known = await readKnownLists(db, ids)
  const done: TakenIn = { differed: 0, left: [], isToTell: false }
  const wanted = ids.filter((id) => {
    const list = known.get(id)
    if (!isToLookAt(list, id, { changed, missing, again })) return false
    if (list?.leased !== true) return true
    done.left.push(id)
    return false
  })

  // First, so that a list that was made anew under the name of one that is gone finds the name free.
  const gone: string[] = []
  const others: string[] = []
  for (const id of wanted) {
    until?.throwIfAborted()
    const isGone = missing.has(id) && (await findIfList(context, id)) === null
    if (!isGone) others.push(id)
    else gone.push(known.get(id)?.id ?? '')
  }
  await close(context, gone)

  let batch: ListRead[] = []
  let weight = 0
  let begunAt: string | null = null
  const write = async () => {
    if (begunAt === null) return
    const { written, left, drifts } = await mirrorLists(db, batch, {
      ...mirrorOptions(context),
      again,
      begunAt,
    })
    done.differed += written
    done.left.push(...left)
    done.isToTell ||= drifts.some(({ policy }) => policy === 'report')
    batch = []
    weight = 0
    begunAt = null
  }
  const vanished: string[] = []
  const unmet: string[] = []
  for (const id of others) {
    until?.throwIfAborted()
    begunAt ??= await databaseTime(db)
    const read = await findIfList(context, id)
    const list = known.get(id)
    if (read !== null) {
      batch.push(read)
      weight += read.members.size
      if (weight >= valuesAtOnce) await write()
    } else if (list !== undefined && !list.gone) vanished.push(list.id)
    else if (list?.version === null) unmet.push(id)
  }
  await write()
  await close(context, vanished, gone.length)
  if (unmet.length > 0) await forgetUnread(db, unmet)
  done.differed += gone.length + vanished.length
  return done
}

/** The list with its members; null where it is not there, or may be no list. */
async function findIfList(context: SyncContext, entryUuid: string): Promise<ListRead | null> {
  const read = await context.directory.findList(entryUuid)
  return read !== null && mayBeList(context, read.list) ? read : null
}

async function close(context: SyncContext, listIds: readonly string[], before = 0): Promise<void> {
  if (listIds.length === 0) return
  await refuseEmptiness(context, 'lists', listIds.length, before)
  await closeLists(context, listIds)
}

function isToLookAt(
  list: KnownList | undefined,
  id: string,
  { changed, missing, again }: ToLookAt & { again: ReadonlySet<string> },
): boolean {
  if (again.has(id)) return true
  if (missing.has(id)) return list !== undefined && !list.gone
  const version = changed.get(id) ?? ''
  return list === undefined || list.gone || list.version !== version || !isCsn(version)
}
