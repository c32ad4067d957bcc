import { type Database, rows } from '../database.ts'
import { entryObserved } from './due-list.ts'
import { endOpenChanges, listGone } from '../changes/end-open-changes.ts'
import type { LeasedList } from './lease-list.ts'
import { entryAudit, type InDirectory, settled, showAsIs, wake, whileLeased } from './leased-entry.ts'
import { writeAudit } from '../audit/write-audit.ts'

/** With what the directory refused it. */
type Failed = { code: string; message: string }

// Each of these records that a worker did not make, edit or delete a leased list's entry, and lets the list go. Each gives false when the
// lease was lost: then nothing is recorded.

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
  return whileLeased(db, list, async (tx, { dn }) => {
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
  return whileLeased(db, list, async (tx) => {
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
  return whileLeased(db, list, async (tx) => {
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

/** WRITES=off: it stays due for a worker that writes, and shows what would be written. That one has tried before is not forgotten. */
export async function recordEntryObserved(
  db: Database,
  list: LeasedList,
  wouldWrite: string,
): Promise<boolean> {
  return whileLeased(db, list, async (tx) => {
    await rows(
      tx,
      `update list set entry_problem = :problem, entry_would_write = :wouldWrite,
         entry_attempts = greatest(entry_attempts, case when coalesce(entry_problem, :problem) = :problem and not :wasInHand then 0 else 1 end),
         lease_token = null, lease_until = null
       where id = :id`,
      { id: list.id, problem: entryObserved, wouldWrite, wasInHand: list.entry?.wasInHand === true },
    )
  })
}
