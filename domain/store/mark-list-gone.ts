import { type DatabaseOrTransaction, rows } from './database.ts'
import { byDirectory, endOpenChanges, listGone } from './end-open-changes.ts'
import { holdLists } from './hold-lists.ts'
import { writeAudit } from './write-audit.ts'

/**
 * The list's entry was looked for by its id and is not there. Nobody is on it any more; changes that wait for it end as
 * failed, so that nobody waits for ever; those that a worker has in hand are ended by that worker. `held`: it vanished with so many
 * others that they wait on, until an admin says that it is meant. A list that was to be deleted is never held.
 */
export async function markListGone(
  db: DatabaseOrTransaction,
  listId: string,
  { held = false }: { held?: boolean } = {},
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
    if (held && before.state !== 'deleting') await holdLists(tx, [listId])
    else await endOpenChanges(tx, [listId], { ...listGone, by: byDirectory })
    await writeAudit(tx, [
      { ...byDirectory, event: 'list.gone', subjectKind: 'list', subjectId: listId, outcome: 'gone' },
    ])
  })
}

/** How many lists there are, and how many were lost within a day: what breaks piece by piece counts together. */
export async function countLists(db: DatabaseOrTransaction): Promise<{ there: number; lost: number }> {
  const [found] = await rows<{ there: number; lost: number }>(
    db,
    `select (count(*) filter (where state in ('active', 'deleting')))::integer as there,
       (count(*) filter (where state = 'gone' and version <> '' and gone_at > now() - interval '1 day'))::integer as lost
     from list where managed and entry_uuid is not null`,
  )
  return found ?? { there: 0, lost: 0 }
}
