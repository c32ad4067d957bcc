import type { ListEntry } from '../../contracts/directory.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import type { LeasedList } from './lease-list.ts'
import type { AuditEntry } from '../audit/write-audit.ts'

export type EntryOperation = 'create' | 'edit' | 'delete'

/** What the directory says of an entry, as far as it is shown. */
export type InDirectory = Pick<ListEntry, 'dn' | 'name' | 'displayName' | 'description'>

/** Nothing is due about the entry any more, and nobody holds it. */
export const settled = `entry_due_at = null, entry_attempts = 0, entry_refusals = 0, wanted_name = null, wanted_description = null, former_names = '{}',
  lease_token = null, lease_until = null, updated_at = now()`

/** Does this in a transaction while the list is still leased; false, and nothing done, when it is not. */
export async function whileLeased(
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
export async function showAsIs(
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
export const keptIfWanted = ({ name, description }: { name: string; description: string }): string => `
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
export async function wake(tx: Transaction, { id }: LeasedList): Promise<void> {
  await rows(
    tx,
    `select pg_notify('change_queued', lane::text) from list l where id = :id and (entry_due_at is not null
       or exists (select 1 from change c where c.list_id = l.id and c.state in ('queued', 'applying')))`,
    { id },
  )
}

/** What goes on record of it. */
export const entryAudit = (
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
