import type { ListClass, ListEntry, MemberValues } from '../contracts/directory.ts'
import type { JoinPolicy } from '../contracts/list.ts'
import { laneOf } from '../rules/lane.ts'
import { type Database, rows, type Transaction } from './database.ts'
import { newId } from './new-id.ts'

export type KnownList = { id: string; version: string | null; gone: boolean }

export type ListRead = { list: ListEntry; members: MemberValues }

export type MirrorOptions = {
  listClass: ListClass
  /** For a list that is seen for the first time. */
  firstJoin: JoinPolicy
  firstHidden: boolean
  /** Take the members in although the version is the one that is known: people came into the mirror after it. */
  again: ReadonlySet<string>
}

type Locked = { id: string; entryUuid: string; version: string | null; leased: boolean; gone: boolean }

/** Every list that the mirror knows, by entryUUID. */
export async function readKnownLists(db: Database): Promise<Map<string, KnownList>> {
  const found = await rows<KnownList & { entryUuid: string }>(
    db,
    `select id, entry_uuid, version, state = 'gone' as gone from list where entry_uuid is not null`,
  )
  return new Map(found.map(({ entryUuid, ...list }) => [entryUuid, list]))
}

/** The lists that the mirror has these people on, by entryUUID. */
export async function readListsOfPeople(db: Database, peopleUuids: readonly string[]): Promise<string[]> {
  const found = await rows<{ entryUuid: string }>(
    db,
    `select distinct l.entry_uuid from member m join membership s on s.member_id = m.id join list l on l.id = s.list_id
     where m.entry_uuid = any(:peopleUuids) and l.entry_uuid is not null`,
    { peopleUuids },
  )
  return found.map((row) => row.entryUuid)
}

/**
 * Writes lists and who is on them as they were read. A list is left alone while another holds its lease, and when the read
 * is not newer than what is known. Gives how many were written, and the names that could not be taken because another
 * list has them (whatever their case).
 */
export async function mirrorLists(
  db: Database,
  reads: readonly ListRead[],
  options: MirrorOptions,
): Promise<{ written: number; taken: string[] }> {
  if (reads.length === 0) return { written: 0, taken: [] }
  return db.transaction(async (tx) => {
    // Thousands of values: here the best plan depends on how many, and is worth working out.
    await rows(tx, 'set local plan_cache_mode = force_custom_plan')
    const locked = await lockLists(tx, reads)
    const known = reads.filter(({ list }) => worthWriting(locked.get(list.entryUuid), list, options))
    const fresh = reads.filter(({ list }) => !locked.has(list.entryUuid))
    const ids = new Map([...locked.values()].map((row) => [row.entryUuid, row.id]))
    await updateLists(tx, known)
    for (const [entryUuid, id] of await insertLists(tx, fresh, options)) ids.set(entryUuid, id)
    const written = [...known, ...fresh].flatMap((read) => {
      const id = ids.get(read.list.entryUuid)
      return id === undefined ? [] : { id, members: read.members }
    })
    await writeMemberships(tx, written, options.listClass)
    const taken = fresh.filter(({ list }) => !ids.has(list.entryUuid)).map(({ list }) => list.name)
    return { written: written.length, taken }
  })
}

async function lockLists(tx: Transaction, reads: readonly ListRead[]): Promise<Map<string, Locked>> {
  const found = await rows<Locked>(
    tx,
    `select id, entry_uuid, version, coalesce(lease_until > now(), false) as leased, state = 'gone' as gone from list
     where entry_uuid = any(:ids) order by id for update`,
    { ids: reads.map(({ list }) => list.entryUuid) },
  )
  return new Map(found.map((row) => [row.entryUuid, row]))
}

function worthWriting(row: Locked | undefined, list: ListEntry, { again }: MirrorOptions): boolean {
  if (!row || row.leased) return false
  if (row.version === null || row.gone || !list.version.includes('#')) return true
  return row.version < list.version || (row.version === list.version && again.has(list.entryUuid))
}

async function updateLists(tx: Transaction, reads: readonly ListRead[]): Promise<void> {
  if (reads.length === 0) return
  await rows(
    tx,
    `update list set version = r.version, dn = r.dn, description = r.description, owner_keys = r.owner_keys, updated_at = now(),
       state = case when list.state = 'gone' then 'active' else list.state end, gone_at = null,
       name = case when taken.id is null then r.name else list.name end,
       display_name = case when taken.id is null then r.display_name else list.display_name end
     from jsonb_to_recordset(:records) as r (entry_uuid text, version text, dn text, name text, display_name text, description text, owner_keys text[])
     left join list taken on lower(taken.name) = lower(r.name) and taken.state <> 'gone' and taken.entry_uuid is distinct from r.entry_uuid
     where list.entry_uuid = r.entry_uuid`,
    { records: recordsOf(reads) },
  )
}

async function insertLists(
  tx: Transaction,
  reads: readonly ListRead[],
  options: MirrorOptions,
): Promise<[string, string][]> {
  if (reads.length === 0) return []
  const ids = new Map(reads.map(({ list }) => [list.entryUuid, newId()]))
  const inserted = await rows<{ id: string; entryUuid: string }>(
    tx,
    `insert into list (id, entry_uuid, version, dn, name, display_name, description, owner_keys, join_policy, hidden, lane)
     select r.id, r.entry_uuid, r.version, r.dn, r.name, r.display_name, r.description, r.owner_keys, :join, :hidden, r.lane
     from jsonb_to_recordset(:records) as r (id uuid, entry_uuid text, version text, dn text, name text, display_name text, description text, owner_keys text[], lane smallint)
     on conflict do nothing
     returning id, entry_uuid`,
    { records: recordsOf(reads, ids), join: options.firstJoin, hidden: options.firstHidden },
  )
  return inserted.map((row) => [row.entryUuid, row.id])
}

function recordsOf(reads: readonly ListRead[], ids?: ReadonlyMap<string, string>): string {
  return JSON.stringify(
    reads.map(({ list }) => {
      const id = ids?.get(list.entryUuid)
      return {
        ...(id === undefined ? {} : { id, lane: laneOf(id) }),
        entry_uuid: list.entryUuid,
        version: list.version,
        dn: list.dn,
        name: list.name,
        display_name: list.displayName,
        description: list.description,
        owner_keys: list.ownerKeys,
      }
    }),
  )
}

/** How a value of the list finds its member; the member's key columns are indexed for just this. */
const matches: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: 'm.dn_key = x.key',
  groupOfNames: 'm.dn_key = x.key',
  posixGroup: 'm.uid = x.key',
  nisMailAlias: 'm.mail_keys @> array[x.key]',
}

/** Sets who is on the lists. Values that belong to no known person are nobody's membership. */
async function writeMemberships(
  tx: Transaction,
  lists: readonly { id: string; members: MemberValues }[],
  listClass: ListClass,
): Promise<void> {
  if (lists.length === 0) return
  const listIds: string[] = []
  const keys: string[] = []
  for (const { id, members } of lists)
    for (const key of members.keys()) {
      listIds.push(id)
      keys.push(key)
    }
  await rows(
    tx,
    `with seen as materialized (
       select distinct x.list_id, m.id as member_id
       from unnest(:listIds::uuid[], :keys::text[]) as x (list_id, key) join member m on ${matches[listClass]}
     ), left_it as (
       delete from membership s where s.list_id = any(:ids::uuid[])
         and not exists (select 1 from seen where seen.list_id = s.list_id and seen.member_id = s.member_id))
     insert into membership (list_id, member_id) select list_id, member_id from seen on conflict do nothing`,
    { listIds, keys, ids: lists.map((list) => list.id) },
  )
}
