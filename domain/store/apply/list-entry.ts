import type { ListEntry } from '../../contracts/directory.ts'
import { type Database, rows } from '../database.ts'
import type { LeasedList } from './lease-list.ts'
import {
  entryAudit,
  type InDirectory,
  keptIfWanted,
  settled,
  showAsIs,
  wake,
  whileLeased,
} from './leased-entry.ts'
import { markListGone } from '../mirror/mark-list-gone.ts'
import { writeAudit } from '../audit/write-audit.ts'

// Each of these records what a worker did about a leased list's entry, and but for one lets the list go. Each gives false when the lease
// was lost: then nothing is recorded, and whoever has it now finds it done.

/** The entry is there now. One that was found there (`adopted`) may have members: the next read of the directory takes them in. */
export async function recordCreated(
  db: Database,
  list: LeasedList,
  entry: ListEntry,
  { adopted, holdsDescription }: { adopted: boolean; holdsDescription: boolean },
): Promise<boolean> {
  return whileLeased(db, list, async (tx) => {
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
  return whileLeased(db, list, async (tx) => {
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
  return whileLeased(db, list, async (tx) => {
    await showAsIs(tx, list, { entry, holdsDescription, problem: null })
    await writeAudit(tx, [entryAudit(list, 'list.edited', 'edited')])
    await wake(tx, list)
  })
}

/** The entry is gone: so are its members, and what waited for it has ended. `isHeld`: as `markListGone` says. */
export async function recordDeleted(
  db: Database,
  list: LeasedList,
  { isHeld = false }: { isHeld?: boolean } = {},
): Promise<boolean> {
  return whileLeased(db, list, async (tx) => {
    await markListGone(tx, list.id, { isHeld })
    await rows(tx, `update list set entry_problem = null, ${settled} where id = :id`, { id: list.id })
    if (list.entry?.state === 'deleting') await writeAudit(tx, [entryAudit(list, 'list.deleted', 'deleted')])
  })
}
