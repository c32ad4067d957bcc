import { type Database, rows, type Transaction } from '../database.ts'
import type { EntryOperation } from './leased-entry.ts'

/** What could not be done for good about a list's entry. */
export type EntryFailure = {
  listId: string
  list: string
  operation: EntryOperation
  code: string
  message: string
  at: Date
}

/** The incident of an entry that can't be written. */
export const entryFailedIncident = (listId: string, operation: EntryOperation): string =>
  `list-entry-failed ${listId} ${operation}`

/**
 * The entries of the last day that could not be written for good, and that no incident tells of; `listId`: of this list only. Not those
 * that were asked for again since: a new name that was refused is, though something else about the list is due.
 */
export async function readUntoldEntryFailures(
  db: Database,
  listId: string | null = null,
): Promise<EntryFailure[]> {
  return rows<EntryFailure>(
    db,
    `select l.id as list_id, l.name as list, e.operation, e.outcome as code, l.entry_problem as message, e.at
     from (
       select distinct on (subject_id) subject_id, details ->> 'operation' as operation, details ->> 'name' = 'true' as of_name, outcome, at
       from audit_entry
       where event = 'list.entry_failed' and at > now() - interval '1 day'
       order by subject_id, at desc, id desc) e
     join list l on l.id = e.subject_id::uuid
     where l.entry_problem is not null and (l.entry_due_at is null or (e.of_name and l.wanted_name is null and l.state = 'active'))
       and (:listId::uuid is null or l.id = :listId::uuid)
       and not (l.state = 'gone' and exists (
         select 1 from list n where lower(n.name) = lower(l.name) and n.state <> 'gone'))
       and not exists (
         select 1 from incident i
         where i.key = concat_ws(' ', 'list-entry-failed', l.id, e.operation) and i.last_at >= e.at)
     order by e.at`,
    { listId },
  )
}

/** Whether the last edit that the directory refused was to give the list another name. */
export async function wasNameRefused(db: Database, listId: string): Promise<boolean> {
  const [last] = await rows<{ ofName: boolean }>(
    db,
    `select coalesce(details ->> 'name' = 'true', false) as of_name from audit_entry
     where event = 'list.entry_failed' and subject_kind = 'list' and subject_id = :listId and details ->> 'operation' = 'edit'
     order by at desc, id desc limit 1`,
    { listId },
  )
  return last?.ofName === true
}

/** Whether nobody has told of it yet; for who has the lock of its incident's key. */
export async function isUntoldEntryFailure(
  tx: Transaction,
  { listId, operation, at }: Pick<EntryFailure, 'listId' | 'operation' | 'at'>,
): Promise<boolean> {
  const told = await rows(tx, 'select 1 from incident where key = :key and last_at >= :at limit 1', {
    key: entryFailedIncident(listId, operation),
    at,
  })
  return told.length === 0
}

/** Lists of this name that never came to be: what is told of them is over once one of that name is there. */
export async function readUncreated(db: Database, name: string): Promise<string[]> {
  const found = await rows<{ id: string }>(
    db,
    `select id from list where state = 'gone' and entry_uuid is null and lower(name) = lower(:name)`,
    { name },
  )
  return found.map(({ id }) => id)
}

/**
 * The incidents that last although what they tell of is over: whoever saw to it died before they said so, or a read of the directory saw
 * it. Not that a list could not be renamed: it may have been described since.
 */
export async function readOutlivedEntryFailures(db: Database): Promise<string[]> {
  const found = await rows<{ key: string; listId: string; mayBeName: boolean }>(
    db,
    `select i.key, l.id as list_id, i.operation = 'edit' and l.state <> 'gone' as may_be_name
     from (select key, split_part(key, ' ', 2) as list_id, split_part(key, ' ', 3) as operation
       from incident where kind = 'list-entry-failed' and state <> 'resolved') i
     join list l on l.id::text = i.list_id
     where case i.operation
       when 'create' then exists (select 1 from list n where lower(n.name) = lower(l.name) and n.state = 'active')
       else l.state = 'gone' or (l.entry_due_at is null and l.entry_problem is null) end`,
  )
  const outlived: string[] = []
  for (const { key, listId, mayBeName } of found)
    if (!mayBeName || !(await wasNameRefused(db, listId))) outlived.push(key)
  return outlived
}
