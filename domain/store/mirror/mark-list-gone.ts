import { type DatabaseOrTransaction, rows } from '../database.ts'
import { byDirectory, endOpenChanges, listGone } from '../changes/end-open-changes.ts'
import { holdLists } from '../holds/hold-lists.ts'
import { writeAudit } from '../audit/write-audit.ts'

/**
 * The list's entry was looked for by its id and is not there. Nobody is on it any more; changes that wait for it end as
 * failed, so that nobody waits for ever; those that a worker has in hand are ended by that worker. `isHeld`: it vanished with so many
 * others that they wait on, until an admin says that it is meant. A list that was to be deleted is never held.
 */
export async function markListGone(
  db: DatabaseOrTransaction,
  listId: string,
  { isHeld = false }: { isHeld?: boolean } = {},
): Promise<void> {
  await db.transaction(async (tx) => {
    // Before its changes, as everybody does who takes both.
    const [before] = await rows<{ state: string }>(
      tx,
      'select state from list where id = :listId for update',
      {
        listId,
      },
    )
    if (before === undefined || before.state === 'gone') return
    await rows(
      tx,
      `update list set state = 'gone', gone_at = now(), updated_at = now(), entry_due_at = null, entry_problem = null,
         entry_attempts = 0, entry_refusals = 0, wanted_name = null, wanted_description = null, former_names = '{}', sync_wants_until = null
       where id = :listId`,
      { listId },
    )
    await rows(tx, 'delete from membership where list_id = :listId', { listId })
    if (isHeld && before.state !== 'deleting') await holdLists(tx, [listId])
    else await endOpenChanges(tx, [listId], { ...listGone, by: byDirectory })
    const outcome = before.state === 'deleting' ? deletedHere : 'gone'
    await writeAudit(tx, [
      { ...byDirectory, event: 'list.gone', subjectKind: 'list', subjectId: listId, outcome },
    ])
  })
}

/** How the audit calls the end of a list that an admin had deleted. */
const deletedHere = 'deleted'

/**
 * How many lists there are that nobody had deleted here, how many of them are `going` now, and how many were lost within a day: what breaks
 * piece by piece counts together. Not what an admin had deleted, nor what was gone when one said that lists were really deleted.
 */
export async function countLists(
  db: DatabaseOrTransaction,
  going: readonly string[] = [],
): Promise<{ there: number; going: number; lost: number }> {
  const [found] = await rows<{ there: number; going: number; lost: number }>(
    db,
    `select (count(*) filter (where l.state = 'active'))::integer as there,
       (count(*) filter (where l.state = 'active' and l.id = any(:going::uuid[])))::integer as going,
       (count(*) filter (where ${isLost}))::integer as lost
     from list l where l.managed and l.entry_uuid is not null`,
    { going, deletedHere },
  )
  return found ?? { there: 0, going: 0, lost: 0 }
}

const isLost = `l.state = 'gone' and l.version <> '' and l.gone_at > now() - interval '1 day'
  and not exists (
    select 1 from hold h where h.kind = 'lists-gone' and h.state = 'approved' and h.ended_at >= l.gone_at)
  and not exists (
    select 1 from audit_entry a where a.subject_kind = 'list' and a.subject_id = l.id::text and a.at = l.gone_at
      and a.event = 'list.gone' and a.outcome = :deletedHere)`
