import type { ListEntry } from '../contracts/directory.ts'
import { type Database, rows, type Transaction } from './database.ts'
import { entryObserved } from './due-list.ts'
import type { LeasedList } from './lease-list.ts'
import { endOpenChanges, listGone } from './end-open-changes.ts'
import { markListGone } from './mark-list-gone.ts'
import { type AuditEntry, writeAudit } from './write-audit.ts'

type InDirectory = Pick<ListEntry, 'dn' | 'name' | 'displayName' | 'description'>
/** With what the directory refused it. */
type Failed = { code: string; message: string }

export type EntryOperation = 'create' | 'edit' | 'delete'

/** Nothing is due about the entry any more, and nobody holds it. */
const settled = `entry_due_at = null, entry_attempts = 0, entry_refusals = 0, wanted_name = null, wanted_description = null, former_names = '{}',
  lease_token = null, lease_until = null, updated_at = now()`

// Each of these records what a worker did, or could not do, about a leased list's entry, and but for one lets the list go. Each gives false when the
// lease was lost: then nothing is recorded, and whoever has it now finds it done.

/** The entry is there now. One that was found there (`adopted`) may have members: the next read of the directory takes them in. */
export async function recordCreated(
  db: Database,
  list: LeasedList,
  entry: ListEntry,
  { adopted, holdsDescription }: { adopted: boolean; holdsDescription: boolean },
): Promise<boolean> {
  return whileHeld(db, list, async (tx) => {
    await rows(
      tx,
      `update list set state = 'active', entry_uuid = :entryUuid, dn = :dn, name = :name, display_name = :displayName,
         description = case when :holdsDescription then :description else description end,
         owner_keys = :ownerKeys, version = case when :adopted then null else :version end, entry_problem = null,
         ${keptIfWanted({ name: 'null', description: 'null' })}
       where id = :id`,
      { id: list.id, ...entry, adopted, holdsDescription },
    )
    await writeAudit(tx, [entryAudit(list, 'list.created', adopted ? 'found' : 'created')])
    await wake(tx, list)
  })
}

/**
 * The entry of a list that is to be deleted, which nobody knew: a read that began before its deletion finds the list by it, and
 * makes no other one. The list stays leased.
 */
export async function recordFound(
  db: Database,
  list: LeasedList,
  { entryUuid, dn }: Pick<ListEntry, 'entryUuid' | 'dn'>,
): Promise<boolean> {
  return whileHeld(db, list, async (tx) => {
    await rows(tx, 'update list set entry_uuid = :entryUuid, dn = :dn, updated_at = now() where id = :id', {
      id: list.id,
      entryUuid,
      dn,
    })
  })
}

/** The entry's name and description are what was wanted. What was wanted anew meanwhile stays due, and shown. */
export async function recordEdited(
  db: Database,
  list: LeasedList,
  entry: InDirectory,
  { holdsDescription }: { holdsDescription: boolean },
): Promise<boolean> {
  return whileHeld(db, list, async (tx) => {
    await showAsIs(tx, list, { entry, holdsDescription, problem: null })
    await writeAudit(tx, [entryAudit(list, 'list.edited', 'edited')])
    await wake(tx, list)
  })
}

/** The entry is gone: so are its members, and what waited for it has ended. `held`: as `markListGone` says. */
export async function recordDeleted(
  db: Database,
  list: LeasedList,
  { held = false }: { held?: boolean } = {},
): Promise<boolean> {
  return whileHeld(db, list, async (tx) => {
    await markListGone(tx, list.id, { held })
    await rows(tx, `update list set entry_problem = null, ${settled} where id = :id`, { id: list.id })
    if (list.entry?.state === 'deleting') await writeAudit(tx, [entryAudit(list, 'list.deleted', 'deleted')])
  })
}

/**
 * It can't be made or deleted. A list that has no entry of its own is gone, with its changes; one that can't be deleted goes on as the
 * directory has it (`entry`), whatever it was to be named before.
 */
export async function recordEntryFailed(
  db: Database,
  list: LeasedList,
  {
    operation,
    code,
    message,
    entry,
    holdsDescription,
  }: { operation: 'create' | 'delete'; entry: InDirectory | null; holdsDescription: boolean } & Failed,
): Promise<boolean> {
  return whileHeld(db, list, async (tx, { dn }) => {
    // What is known of it now: a deletion may have found the entry of one that had none when it was leased.
    if (dn === null)
      await endOpenChanges(tx, [list.id], {
        code: listGone.code,
        message: `The list ${list.name} could not be created, so nothing was changed.`,
        by: { actorKind: 'worker', actorId: null, via: 'ldap' },
      })
    await rows(
      tx,
      `update list set state = case when dn is null then 'gone' when state = 'deleting' then 'active' else state end,
         gone_at = case when dn is null then now() else gone_at end, entry_problem = :message, ${settled}
       where id = :id`,
      { id: list.id, message },
    )
    if (entry !== null) await showAsIs(tx, list, { entry, holdsDescription, problem: message })
    await writeAudit(tx, [entryAudit(list, 'list.entry_failed', code, { operation })])
    await wake(tx, list)
  })
}

/** It can't be renamed or described so. What the directory has is shown again; what was asked for meanwhile, its deletion too, stays due. */
export async function recordEditFailed(
  db: Database,
  list: LeasedList,
  { code, message, entry, holdsDescription }: { entry: InDirectory; holdsDescription: boolean } & Failed,
): Promise<boolean> {
  return whileHeld(db, list, async (tx) => {
    await showAsIs(tx, list, { entry, holdsDescription, problem: message })
    await writeAudit(tx, [
      entryAudit(list, 'list.entry_failed', code, {
        operation: 'edit',
        name: list.entry?.wantedName != null,
      }),
    ])
    await wake(tx, list)
  })
}

/** Tried again later. `counts`: it is this entry's own trouble. `refused`: a no that may not be the last. */
export async function putEntryOff(
  db: Database,
  list: LeasedList,
  { inMs, counts, refused, problem }: { inMs: number; counts: boolean; refused: boolean; problem: string },
): Promise<boolean> {
  return whileHeld(db, list, async (tx) => {
    await rows(
      tx,
      `update list set entry_due_at = now() + make_interval(secs => :inS), entry_attempts = entry_attempts + :more,
         entry_refusals = entry_refusals + :refused,
         entry_problem = :problem, lease_token = null, lease_until = null
       where id = :id`,
      { id: list.id, inS: inMs / 1000, more: counts ? 1 : 0, refused: refused ? 1 : 0, problem },
    )
  })
}

/** WRITES=off: it stays due for a worker that writes. That one has tried before is not forgotten. */
export async function recordEntryObserved(db: Database, list: LeasedList): Promise<boolean> {
  return whileHeld(db, list, async (tx) => {
    await rows(
      tx,
      `update list set entry_problem = :problem,
         entry_attempts = greatest(entry_attempts, case when coalesce(entry_problem, :problem) = :problem and not :wasInHand then 0 else 1 end),
         lease_token = null, lease_until = null
       where id = :id`,
      { id: list.id, problem: entryObserved, wasInHand: list.entry?.wasInHand === true },
    )
  })
}

/** Lists of this name that never came to be. */
export async function readUncreated(db: Database, name: string): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    `select id from list where state = 'gone' and entry_uuid is null and lower(name) = lower(:name)`,
    { name },
  )
  return found.map(({ id }) => id)
}

/** Whether no list of ours has this entry. */
export async function isFreeEntry(db: Database, entryUuid: string, listId: string): Promise<boolean> {
  const held = await rows(db, 'select 1 from list where entry_uuid = :entryUuid and id <> :listId', {
    entryUuid,
    listId,
  })
  return held.length === 0
}

async function whileHeld(
  db: Database,
  list: LeasedList,
  work: (tx: Transaction, now: { dn: string | null }) => Promise<void>,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [now] = await rows<{ dn: string | null }>(
      tx,
      'select dn from list where id = :id and lease_token = :leaseToken and lease_until > now() for update',
      { id: list.id, leaseToken: list.leaseToken },
    )
    if (!now) return false
    await work(tx, now)
    return true
  })
}

/** How the entry is in the directory, where nothing else was asked for since the list was leased. */
async function showAsIs(
  tx: Transaction,
  { id, entry: due }: LeasedList,
  {
    entry,
    holdsDescription,
    problem,
  }: { entry: InDirectory; holdsDescription: boolean; problem: string | null },
): Promise<void> {
  const isName = 'nullif(wanted_name, :wantedName::text) is null'
  // Another tool may have given that name to another entry meanwhile, which then has it: the next read settles that.
  const isTaken = `exists (select 1 from list o where lower(o.name) = lower(:name) and o.id <> list.id and o.state <> 'gone')`
  await rows(
    tx,
    `update list set dn = :dn, entry_problem = :problem,
       name = case when ${isName} and not ${isTaken} then :name else name end,
       version = case when ${isName} and ${isTaken} then null else version end,
       display_name = case when ${isName} then :displayName else display_name end,
       former_names = case when ${isName} then '{}' else array[lower(:name)] end,
       description = case when not :holdsDescription then coalesce(wanted_description, description)
         when nullif(wanted_description, :wantedDescription::text) is null then :description else description end,
       ${keptIfWanted({ name: ':wantedName', description: ':wantedDescription' })}
     where id = :id`,
    {
      id,
      ...pick(entry),
      holdsDescription,
      problem,
      wantedName: due?.wantedName ?? null,
      wantedDescription: due?.wantedDescription ?? null,
    },
  )
}

/** What differs from what was carried out was asked for meanwhile: it is due. */
const keptIfWanted = ({ name, description }: { name: string; description: string }): string => `
  wanted_name = nullif(wanted_name, ${name}::text), wanted_description = nullif(wanted_description, ${description}::text),
  entry_due_at = case when nullif(wanted_name, ${name}::text) is null and nullif(wanted_description, ${description}::text) is null
    and state <> 'deleting' then null else now() end,
  entry_attempts = 0, entry_refusals = 0, lease_token = null, lease_until = null, updated_at = now()`

const pick = ({ dn, name, displayName, description }: InDirectory) => ({
  dn,
  name,
  displayName,
  description,
})

/** What waited behind the entry is due now. */
async function wake(tx: Transaction, { id }: LeasedList): Promise<void> {
  await rows(
    tx,
    `select pg_notify('change_queued', lane::text) from list l where id = :id and (entry_due_at is not null
       or exists (select 1 from change c where c.list_id = l.id and c.state in ('queued', 'applying')))`,
    { id },
  )
}

const entryAudit = (
  list: LeasedList,
  event: string,
  outcome: string,
  details: AuditEntry['details'] = {},
): AuditEntry => ({
  actorKind: 'worker',
  actorId: null,
  event,
  subjectKind: 'list',
  subjectId: list.id,
  via: 'ldap',
  outcome,
  details,
})
