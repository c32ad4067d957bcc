import type { ListRead } from '../../contracts/directory.ts'
import type { JoinPolicy } from '../../contracts/list.ts'
import { laneOf } from '../../rules/lane.ts'
import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'

/** What of a list is ours to say while a worker is on its way to write it there, or where the directory has no place for it. */
export type Kept = { name: string; displayName: string; description: string }

export type First = {
  /** For a list that is seen for the first time. */
  firstJoin: JoinPolicy
  firstHidden: boolean
}

/** Writes what the directory says of lists that are known. Gives those whose names could not be had, by entryUUID. */
export async function updateLists(
  tx: Transaction,
  reads: readonly ListRead[],
  kept: ReadonlyMap<string, Partial<Kept>>,
): Promise<string[]> {
  if (reads.length === 0) return []
  const bindings = { records: recordsOf(reads, { kept }) }
  // Names that are given up come free first, so that two lists can swap theirs.
  await rows(
    tx,
    `update list set name = list.entry_uuid from jsonb_to_recordset(:records) as r (entry_uuid text, name text)
     where list.entry_uuid = r.entry_uuid and lower(list.name) <> lower(r.name)`,
    bindings,
  )
  const updated = await rows<{ entryUuid: string; taken: boolean }>(
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
     update list set version = case when j.taken then null else j.version end, dn = j.dn,
       name = case when j.taken and list.state = 'deleting' then list.name else j.name end,
       display_name = j.display_name, description = j.description, owner_keys = j.owner_keys, updated_at = now(),
       echo_version = case when list.echo_version <= j.version then list.echo_version end,
       state = case when list.state = 'deleting' then 'deleting' when j.taken then 'gone' when list.state in ('gone', 'creating') then 'active' else list.state end,
       gone_at = case when j.taken and list.state <> 'deleting' then coalesce(list.gone_at, now()) end,
       entry_due_at = case when list.state <> 'creating' or list.wanted_name is not null
         or list.wanted_description is not null then list.entry_due_at end
     from judged j where list.entry_uuid = j.entry_uuid
     returning list.entry_uuid, list.state = 'gone' as taken`,
    bindings,
  )
  return updated.filter((row) => row.taken).map((row) => row.entryUuid)
}

/**
 * Lists that are being created here have no entry yet. These are theirs (`ids`: of which list, by entryUUID): changes that waited for them
 * go on. One that is to be deleted before its entry was seen still is. Gives the ids by entryUUID.
 */
export async function adoptEntries(
  tx: Transaction,
  reads: readonly ListRead[],
  { ids, kept }: { ids: ReadonlyMap<string, string>; kept: ReadonlyMap<string, Partial<Kept>> },
): Promise<[string, string][]> {
  if (reads.length === 0) return []
  const adopted = await rows<{ id: string; entryUuid: string }>(
    tx,
    `with adopted as (
       update list set entry_uuid = r.entry_uuid, version = r.version, dn = r.dn, name = r.name, display_name = r.display_name,
         description = r.description, owner_keys = r.owner_keys, updated_at = now(), entry_problem = null,
         entry_attempts = 0, entry_refusals = 0, state = case state when 'creating' then 'active' else state end,
         entry_due_at = case when state = 'deleting' or wanted_name is not null or wanted_description is not null then entry_due_at end
       from jsonb_to_recordset(:records) as r (id uuid, entry_uuid text, version text, dn text, name text, display_name text,
         description text, owner_keys text[])
       where list.id = r.id and list.state in ('creating', 'deleting') and list.entry_uuid is null
       returning list.id, list.entry_uuid, list.lane)
     select id, entry_uuid, pg_notify('change_queued', lane::text) from adopted`,
    { records: recordsOf(reads, { ids, kept }) },
  )
  return adopted.map((row) => [row.entryUuid, row.id])
}

/**
 * Gives the ids of those that came in, by entryUUID, and those whose names are `taken`: they are kept as gone, so that they come in once the
 * name is free. Of the others somebody else has just written the entry.
 */
export async function insertLists(
  tx: Transaction,
  reads: readonly ListRead[],
  { firstJoin, firstHidden }: First,
): Promise<{ came: [string, string][]; taken: string[] }> {
  if (reads.length === 0) return { came: [], taken: [] }
  // In the order of their names: of two batches that are written at once, neither waits for the other's second name.
  const ids = new Map(reads.map(({ list }) => [list.entryUuid, newId()]))
  const inserted = await rows<{ id: string; entryUuid: string }>(
    tx,
    `insert into list (id, entry_uuid, version, dn, name, display_name, description, owner_keys, join_policy, hidden, lane)
     select r.id, r.entry_uuid, r.version, r.dn, r.name, r.display_name, r.description, r.owner_keys, :firstJoin, :firstHidden, r.lane
     from jsonb_to_recordset(:records) as r (id uuid, entry_uuid text, version text, dn text, name text, display_name text, description text, owner_keys text[], lane smallint)
     order by lower(r.name)
     on conflict do nothing
     returning id, entry_uuid`,
    { records: recordsOf(reads, { ids }), firstJoin, firstHidden },
  )
  const cameIn = new Set(inserted.map((row) => row.entryUuid))
  const others = reads.filter(({ list }) => !cameIn.has(list.entryUuid))
  const came = inserted.map((row): [string, string] => [row.entryUuid, row.id])
  if (others.length === 0) return { came, taken: [] }
  const taken = await rows<{ entryUuid: string }>(
    tx,
    `insert into list (id, entry_uuid, dn, name, display_name, description, owner_keys, join_policy, hidden, lane, state, gone_at)
       select r.id, r.entry_uuid, r.dn, r.name, r.display_name, r.description, r.owner_keys, :firstJoin, :firstHidden, r.lane, 'gone', now()
       from jsonb_to_recordset(:records) as r (id uuid, entry_uuid text, dn text, name text, display_name text, description text, owner_keys text[], lane smallint)
       on conflict do nothing returning entry_uuid`,
    { records: recordsOf(others, { ids }), firstJoin, firstHidden },
  )
  return { came, taken: taken.map((row) => row.entryUuid) }
}

function recordsOf(
  reads: readonly ListRead[],
  { ids, kept }: { ids?: ReadonlyMap<string, string>; kept?: ReadonlyMap<string, Partial<Kept>> },
): string {
  return JSON.stringify(
    reads.map(({ list }) => {
      const id = ids?.get(list.entryUuid)
      const own = kept?.get(list.entryUuid)
      return {
        ...(id === undefined ? {} : { id, lane: laneOf(id) }),
        entry_uuid: list.entryUuid,
        version: list.version,
        dn: list.dn,
        name: own?.name ?? list.name,
        display_name: own?.displayName ?? list.displayName,
        description: own?.description ?? list.description,
        owner_keys: list.ownerKeys,
      }
    }),
  )
}
