import type { ListClass, ListEntry, ListRead, MemberValues } from '../contracts/directory.ts'
import type { JoinPolicy } from '../contracts/list.ts'
import { laneOf } from '../rules/lane.ts'
import { type Database, rows, type Transaction } from './database.ts'
import { newId } from './new-id.ts'

export type KnownList = { id: string; version: string | null; gone: boolean }

export type MirrorOptions = {
  listClass: ListClass
  /** The member that empty groups keep is nobody's membership, also where it is a person. */
  placeholderKey: string
  /** For a list that is seen for the first time. */
  firstJoin: JoinPolicy
  firstHidden: boolean
  /** Take the members in although the version is the one that is known: people came into the mirror after it. */
  again: ReadonlySet<string>
}

type Locked = {
  id: string
  entryUuid: string
  version: string | null
  echoVersion: string | null
  leased: boolean
  gone: boolean
}

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
 * Writes lists and who is on them as they were read. A list is left alone while a worker holds its lease, and when the read
 * is older than what is known. One whose name another list has (whatever their case) stays out as gone, and is tried
 * again with every read. Gives how many were written, the names that were taken, and how many were left alone.
 */
export async function mirrorLists(
  db: Database,
  reads: readonly ListRead[],
  options: MirrorOptions,
): Promise<{ written: number; taken: string[]; left: number }> {
  if (reads.length === 0) return { written: 0, taken: [], left: 0 }
  return db.transaction(async (tx) => {
    const locked = await lockLists(tx, reads)
    const left = reads.filter(({ list }) => mustWait(locked.get(list.entryUuid), list))
    const known = reads.filter(({ list }) => isNews(locked.get(list.entryUuid), list, options))
    const fresh = reads.filter(({ list }) => !locked.has(list.entryUuid))
    const ids = new Map([...locked.values()].map((row) => [row.entryUuid, row.id]))
    const taken = await updateLists(tx, known)
    for (const [entryUuid, id] of await insertLists(tx, fresh, options)) ids.set(entryUuid, id)
    const written = [...known, ...fresh].flatMap((read) => {
      const id = ids.get(read.list.entryUuid)
      return id === undefined ? [] : { id, members: read.members }
    })
    await writeMemberships(tx, written, options)
    taken.push(...fresh.filter(({ list }) => !ids.has(list.entryUuid)).map(({ list }) => list.name))
    return { written: written.length, taken, left: left.length }
  })
}

async function lockLists(tx: Transaction, reads: readonly ListRead[]): Promise<Map<string, Locked>> {
  const found = await rows<Locked>(
    tx,
    `select id, entry_uuid, version, echo_version, coalesce(lease_until > now(), false) as leased, state = 'gone' as gone
     from list where entry_uuid = any(:ids) order by id for update`,
    { ids: reads.map(({ list }) => list.entryUuid) },
  )
  return new Map(found.map((row) => [row.entryUuid, row]))
}

/** True while a worker is at it, and for a read that was overtaken by our own change. */
function mustWait(row: Locked | undefined, list: ListEntry): boolean {
  if (!row) return false
  return row.leased || (row.echoVersion !== null && list.version < row.echoVersion)
}

function isNews(row: Locked | undefined, list: ListEntry, { again }: MirrorOptions): boolean {
  if (!row || mustWait(row, list)) return false
  if (row.version === null || row.gone || !list.version.includes('#')) return true
  return row.version < list.version || (row.version === list.version && again.has(list.entryUuid))
}

/** Gives the names that could not be had. */
async function updateLists(tx: Transaction, reads: readonly ListRead[]): Promise<string[]> {
  if (reads.length === 0) return []
  const bindings = { records: recordsOf(reads) }
  // Names that are given up come free first, so that two lists can swap theirs.
  await rows(
    tx,
    `update list set name = list.entry_uuid from jsonb_to_recordset(:records) as r (entry_uuid text, name text)
     where list.entry_uuid = r.entry_uuid and lower(list.name) <> lower(r.name)`,
    bindings,
  )
  const updated = await rows<{ name: string; taken: boolean }>(
    tx,
    `with read as (
       select r.*, row_number() over (
         partition by lower(r.name) order by coalesce(lower(own.name) = lower(r.name) and own.state <> 'gone', false) desc, r.entry_uuid) as turn
       from jsonb_to_recordset(:records) as r (entry_uuid text, version text, dn text, name text, display_name text,
         description text, owner_keys text[])
       left join list own on own.entry_uuid = r.entry_uuid
     ), judged as (
       select read.*, turn > 1 or exists (
         select 1 from list o where lower(o.name) = lower(read.name) and o.state <> 'gone'
           and o.entry_uuid is distinct from read.entry_uuid) as taken
       from read)
     update list set version = case when j.taken then null else j.version end, dn = j.dn, name = j.name,
       display_name = j.display_name, description = j.description, owner_keys = j.owner_keys, updated_at = now(),
       state = case when j.taken then 'gone' when list.state = 'gone' then 'active' else list.state end,
       gone_at = case when j.taken then coalesce(list.gone_at, now()) end
     from judged j where list.entry_uuid = j.entry_uuid
     returning list.name, j.taken`,
    bindings,
  )
  return updated.filter((row) => row.taken).map((row) => row.name)
}

async function insertLists(
  tx: Transaction,
  reads: readonly ListRead[],
  options: MirrorOptions,
): Promise<[string, string][]> {
  if (reads.length === 0) return []
  // In the order of their names: of two batches that are written at once, neither waits for the other's second name.
  const ids = new Map(reads.map(({ list }) => [list.entryUuid, newId()]))
  const inserted = await rows<{ id: string; entryUuid: string }>(
    tx,
    `insert into list (id, entry_uuid, version, dn, name, display_name, description, owner_keys, join_policy, hidden, lane)
     select r.id, r.entry_uuid, r.version, r.dn, r.name, r.display_name, r.description, r.owner_keys, :join, :hidden, r.lane
     from jsonb_to_recordset(:records) as r (id uuid, entry_uuid text, version text, dn text, name text, display_name text, description text, owner_keys text[], lane smallint)
     order by lower(r.name)
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

/** How the values of a list find their members; the member's key columns are indexed for just this. */
const findByKeys: Readonly<Record<ListClass, string>> = {
  groupOfUniqueNames: "select id, dn_key as key from member where state = 'present' and dn_key = any(:keys)",
  groupOfNames: "select id, dn_key as key from member where state = 'present' and dn_key = any(:keys)",
  posixGroup: "select id, uid as key from member where state = 'present' and uid = any(:keys)",
  nisMailAlias: `
    select id, key from member, unnest(mail_keys) as key where state = 'present' and mail_keys && :keys::text[]`,
}

type Pair = { listId: string; memberId: string }

/**
 * Sets who is on the lists. Values that belong to no known person are nobody's membership. The difference is worked out here:
 * between tens of thousands of values and rows, Postgres may choose a plan that compares each with each.
 */
async function writeMemberships(
  tx: Transaction,
  lists: readonly { id: string; members: MemberValues }[],
  options: MirrorOptions,
): Promise<void> {
  if (lists.length === 0) return
  const wanted = await wantedPairs(tx, lists, options)
  const left: Pair[] = []
  const held = await rows<Pair>(
    tx,
    'select list_id, member_id from membership where list_id = any(:ids::uuid[])',
    { ids: lists.map(({ id }) => id) },
  )
  for (const pair of held) if (!wanted.delete(pair.listId + pair.memberId)) left.push(pair)
  const joined = [...wanted.values()]
  if (left.length > 0)
    await rows(
      tx,
      `delete from membership s using unnest(:lists::uuid[], :members::uuid[]) as x (list_id, member_id)
       where s.member_id = x.member_id and s.list_id = x.list_id`,
      columnsOf(left),
    )
  // Who writes memberships of a list holds its row, so none of these can be there by now. A member's row is locked for each:
  // somebody who is deleted this very moment gets none.
  if (joined.length > 0)
    await rows(
      tx,
      `insert into membership (list_id, member_id)
       select x.list_id, m.id
       from unnest(:lists::uuid[], :members::uuid[]) as x (list_id, member_id) join member m on m.id = x.member_id
       for key share of m`,
      columnsOf(joined),
    )
}

/** Who is on which list by the values that were read, the placeholder left out. */
async function wantedPairs(
  tx: Transaction,
  lists: readonly { id: string; members: MemberValues }[],
  { listClass, placeholderKey }: MirrorOptions,
): Promise<Map<string, Pair>> {
  const keys = new Set(lists.flatMap(({ members }) => [...members.keys()]))
  keys.delete(placeholderKey)
  const found = await rows<{ id: string; key: string }>(tx, findByKeys[listClass], { keys: [...keys] })
  const membersByKey = new Map<string, string[]>()
  for (const { id, key } of found) {
    const members = membersByKey.get(key)
    if (members) members.push(id)
    else if (keys.has(key)) membersByKey.set(key, [id])
  }
  const wanted = new Map<string, Pair>()
  for (const { id: listId, members } of lists)
    for (const key of members.keys())
      for (const memberId of membersByKey.get(key) ?? []) wanted.set(listId + memberId, { listId, memberId })
  return wanted
}

const columnsOf = (pairs: readonly Pair[]) => ({
  lists: pairs.map(({ listId }) => listId),
  members: pairs.map(({ memberId }) => memberId),
})
