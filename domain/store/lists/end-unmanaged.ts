import { type Database, rows, type Transaction } from '../database.ts'
import { isFree } from '../apply/due-list.ts'
import { byWorker, endOpenChanges } from '../changes/end-open-changes.ts'

/**
 * Ends what a worker had in hand when its list stopped being managed here, and could not finish: no worker takes that up again. Gives
 * of how many lists.
 */
export async function endUnmanaged(db: Database): Promise<number> {
  const found = await rows<{ id: string }>(
    db,
    `select l.id from list l where not l.managed and ${isFree} and exists (
       select 1 from change c where c.list_id = l.id and c.state in ('queued', 'applying'))`,
  )
  for (const { id } of found) await db.transaction((tx) => endLeft(tx, id))
  return found.length
}

async function endLeft(tx: Transaction, listId: string): Promise<void> {
  const locked = await rows(
    tx,
    `select 1 from list l where l.id = :listId and not l.managed and ${isFree} for update`,
    { listId },
  )
  if (locked.length === 0) return
  await endOpenChanges(tx, [listId], {
    as: 'cancelled',
    code: 'LIST_UNMANAGED',
    message: 'The list is not managed here any more, so nothing was changed.',
    by: byWorker,
  })
  await rows(tx, `update change set state = 'queued' where list_id = :listId and state = 'applying'`, {
    listId,
  })
  await endOpenChanges(tx, [listId], {
    as: 'failed',
    code: 'LIST_UNMANAGED',
    message: 'The list stopped being managed here while this was being written. Whether it was is not known.',
    by: byWorker,
  })
}
