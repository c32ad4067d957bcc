import type { ListClass, ListEntry, ListRead } from '../../contracts/directory.ts'
import { isCsn } from '../../contracts/entry-version.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import { fillLists } from './fill-lists.ts'
import { letListsGo } from '../holds/hold-lists.ts'
import { isNameTaken } from '../lists/is-name-taken.ts'
import { adoptEntries, type First, insertLists, type Kept, updateLists } from './mirror-list-entries.ts'
import { writeMemberships } from './mirror-memberships.ts'
import { type Drift, recordDrift } from './record-drift.ts'

export type MirrorOptions = First & {
  listClass: ListClass
  /** The member that empty groups keep is nobody's membership, also where it is a person. */
  placeholderKey: string
  /** False where the class has no place for a description: it is kept here. */
  holdsDescription?: boolean
  /** Whether an entry is where one of its name is made here. Left out: none is. */
  isWhereMade?: (list: ListEntry) => boolean
  /** Whether it was made from here. Left out: none was. */
  isMadeByUs?: (read: ListRead) => boolean
  /** Whether a worker has to look at it before it counts as made; what is here of the list stays as it is. Left out: at none. */
  isHalfMade?: (read: ListRead) => boolean
  /** When the first of these reads was begun, by `databaseTime`. */
  begunAt: string
  /** Take the members in although the version is the one that is known. */
  again: ReadonlySet<string>
  /** The run whose report tells of what differed. */
  runId?: string | null
  /** Write nothing, and give what would be written. */
  dryRun?: boolean
}

export type Mirrored = {
  written: number
  /** Names that another list has, and the entryUUIDs of whom they were read of. */
  taken: string[]
  takenUuids: string[]
  /** What has to be looked at again, by entryUUID: a worker holds its lease, or the read is older than what is known. */
  left: string[]
  /** What another tool changed about who is on lists that were known. */
  drifts: Drift[]
}

type Locked = {
  id: string
  entryUuid: string
  name: string
  displayName: string
  description: string
  version: string | null
  echoVersion: string | null
  wantedName: string | null
  wantedDescription: string | null
  leased: boolean
  gone: boolean
  deleting: boolean
  /** The row was written after the read began. */
  writtenSince: boolean
}

/**
 * Writes lists and who is on them as they were read. A list is left alone while a worker holds its lease, and when the read
 * may be older than what is known. A read that began after that was written is the newer one, also where its version is smaller: then the
 * directory went back to an older state. One whose name another list has (whatever their case) stays out as gone, and is tried
 * again with every read.
 */
export async function mirrorLists(
  db: Database,
  reads: readonly ListRead[],
  options: MirrorOptions,
): Promise<Mirrored> {
  if (reads.length === 0) return { written: 0, taken: [], takenUuids: [], left: [], drifts: [] }
  if (options.dryRun !== true) {
    const write = () => db.transaction((tx) => mirrorInside(tx, reads, options))
    // Somebody took the name at this very moment: now it is known to be another list's.
    return write().catch((cause: unknown) => (isNameTaken(cause) ? write() : Promise.reject(cause)))
  }
  const tx = await db.transaction()
  try {
    return await mirrorInside(tx, reads, options)
  } finally {
    await tx.rollback()
  }
}

async function mirrorInside(
  tx: Transaction,
  reads: readonly ListRead[],
  options: MirrorOptions,
): Promise<Mirrored> {
  const locked = await lockLists(tx, reads, options)
  const fresh = reads.filter(({ list }) => !locked.has(list.entryUuid))
  const awaited = await lockAwaited(tx, fresh, options)
  const awaitedOf = ({ list }: ListRead) => awaited.get(list.entryUuid)
  const left = reads.filter(
    (read) => isOvertaken(locked.get(read.list.entryUuid), read.list) || awaitedOf(read)?.leased === true,
  )
  const known = reads.filter(({ list }) => isToBeWritten(locked.get(list.entryUuid), list, options))
  const adopting = fresh.filter((read) => isToAdopt(awaitedOf(read), read, options))
  const unknown = fresh.filter((read) => awaitedOf(read) === undefined)

  const kept = keptOf(locked, options)
  const ids = idsOf(locked)
  const taken = new Set(await updateLists(tx, known, kept))
  const adopted = await adoptEntries(tx, adopting, { ids: idsOf(awaited), kept: keptOf(awaited, options) })
  const inserted = await insertLists(tx, unknown, options)
  for (const [entryUuid, id] of [...adopted, ...inserted.came]) ids.set(entryUuid, id)
  for (const entryUuid of inserted.taken) taken.add(entryUuid)
  // Another read, or who made it here, has written it while we waited: what is newer is not known.
  left.push(...unknown.filter(({ list }) => !ids.has(list.entryUuid) && !taken.has(list.entryUuid)))

  const membersOf = (some: readonly ListRead[]) =>
    some.flatMap(({ list, members }) => {
      const id = ids.get(list.entryUuid)
      return id === undefined ? [] : { id, members }
    })
  const [before, added] = [membersOf([...known, ...adopting]), membersOf(unknown)]
  const moved = await writeMemberships(tx, before, options)
  await fillLists(tx, added, options)
  const drifts = await recordDrift(tx, moved, {
    // A list that was not there shows who is on it, and not what changed.
    lists: known.flatMap(({ list }) => {
      const row = locked.get(list.entryUuid)
      const wasThere = row !== undefined && !row.gone && row.version !== null && !taken.has(list.entryUuid)
      return wasThere ? { id: row.id, before: row.version, after: list.version } : []
    }),
    runId: options.runId ?? null,
  })
  const back = known.flatMap(({ list }) => {
    const row = locked.get(list.entryUuid)
    return row?.gone === true && !taken.has(list.entryUuid) ? row.id : []
  })
  if (back.length > 0) await letListsGo(tx, back)
  return {
    written: before.length + added.length,
    taken: reads.filter(({ list }) => taken.has(list.entryUuid)).map(({ list }) => list.name),
    takenUuids: [...taken],
    left: left.map(({ list }) => list.entryUuid),
    drifts,
  }
}

const columns = `id, entry_uuid, name, display_name, description, version, echo_version, wanted_name, wanted_description,
  coalesce(lease_until > now(), false) as leased, state = 'gone' as gone, state = 'deleting' as deleting,
  updated_at >= :begunAt::timestamptz as written_since`

async function lockLists(
  tx: Transaction,
  reads: readonly ListRead[],
  { begunAt }: MirrorOptions,
): Promise<Map<string, Locked>> {
  const found = await rows<Locked>(
    tx,
    `select ${columns} from list where entry_uuid = any(:ids) order by id for update`,
    { ids: reads.map(({ list }) => list.entryUuid), begunAt },
  )
  return new Map(found.map((row) => [row.entryUuid, row]))
}

const idsOf = (rowOf: ReadonlyMap<string, Locked>): Map<string, string> =>
  new Map([...rowOf].map(([entryUuid, { id }]) => [entryUuid, id]))

/**
 * The lists that are being created or deleted here and whose entries were not seen yet, by the entryUUIDs of what was read in their
 * places. One that is to be deleted is what was made from here, and nothing that somebody else has put there since.
 */
async function lockAwaited(
  tx: Transaction,
  fresh: readonly ListRead[],
  { begunAt, isWhereMade = () => false, isMadeByUs = () => false }: MirrorOptions,
): Promise<Map<string, Locked>> {
  const inPlace = fresh.filter(({ list }) => isWhereMade(list))
  if (inPlace.length === 0) return new Map()
  const found = await rows<Locked>(
    tx,
    `select ${columns} from list where state in ('creating', 'deleting') and entry_uuid is null
       and lower(name) in (select lower(wanted) from unnest(:names::text[]) as wanted) order by id for update`,
    { names: inPlace.map(({ list }) => list.name), begunAt },
  )
  const named = new Map(found.map((row) => [row.name.toLowerCase(), row]))
  return new Map(
    inPlace.flatMap((read) => {
      const row = named.get(read.list.name.toLowerCase())
      return row && (!row.deleting || isMadeByUs(read)) ? [[read.list.entryUuid, row] as const] : []
    }),
  )
}

/**
 * True while a worker is at it, and where the row was written since the read began and the read may be of before that: our own change, or
 * that the list is gone, is not taken back by it.
 */
function isOvertaken(row: Locked | undefined, list: ListEntry): boolean {
  if (!row) return false
  if (row.leased) return true
  if (!row.writtenSince) return false
  // Times of one second don't say which came first.
  if (row.gone || !isCsn(list.version)) return true
  return list.version < (row.echoVersion ?? '') || list.version < (row.version ?? '')
}

function isToBeWritten(row: Locked | undefined, list: ListEntry, { again }: MirrorOptions): boolean {
  if (!row || isOvertaken(row, list)) return false
  if (row.gone || !isCsn(list.version)) return true
  return row.version !== list.version || again.has(list.entryUuid)
}

/** A list that is being created has its entry, or one that is to be deleted had: that is what was read. */
function isToAdopt(
  awaited: Locked | undefined,
  read: ListRead,
  { isHalfMade = () => false }: MirrorOptions,
): boolean {
  if (awaited === undefined || awaited.leased) return false
  return awaited.deleting || !isHalfMade(read)
}

/** What of these lists the directory does not get to say, by the entryUUID of what was read. */
function keptOf(
  rowOf: ReadonlyMap<string, Locked>,
  { holdsDescription = true }: MirrorOptions,
): Map<string, Partial<Kept>> {
  const kept = new Map<string, Partial<Kept>>()
  for (const [entryUuid, row] of rowOf)
    kept.set(entryUuid, {
      ...(row.wantedName === null ? {} : { name: row.name, displayName: row.displayName }),
      ...(row.wantedDescription === null && holdsDescription ? {} : { description: row.description }),
    })
  return kept
}
