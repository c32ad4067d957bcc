import { type DatabaseOrTransaction, rows } from './database.ts'
import { writeAudit } from './write-audit.ts'

/**
 * The list's entry was looked for by its id and is not there. Nobody is on it any more; changes that wait for it end as
 * failed, so that nobody waits for ever; those that a worker has in hand are ended by that worker.
 */
export async function markListGone(db: DatabaseOrTransaction, listId: string): Promise<void> {
  await db.transaction(async (tx) => {
    // Before its changes, as everybody does who takes both.
    await rows(tx, 'select id from list where id = :listId for update', { listId })
    const gone = await rows<{ name: string }>(
      tx,
      `update list set state = 'gone', gone_at = now(), updated_at = now() where id = :listId and state <> 'gone' returning name`,
      { listId },
    )
    if (gone.length === 0) return
    await rows(tx, 'delete from membership where list_id = :listId', { listId })
    await rows(
      tx,
      `with ended as (
         update change set state = case when state = 'queued' then 'failed' else 'cancelled' end, ended_at = now(), reason_code = 'LIST_GONE',
           reason_message = 'The list is no longer in the directory, so nothing was changed.'
         where list_id = :listId and state in ('queued', 'awaiting_approval') returning id)
       select pg_notify('change_ended', id::text) from ended`,
      { listId },
    )
    await writeAudit(tx, [
      {
        actorKind: 'directory',
        actorId: null,
        event: 'list.gone',
        subjectKind: 'list',
        subjectId: listId,
        via: 'sync',
        outcome: 'gone',
      },
    ])
  })
}
