import { type DatabaseOrTransaction, rows } from '../database.ts'
import { theseInOrder } from './in-order.ts'
import { queuedAnew } from './queued-anew.ts'

/**
 * Has notices told again as they are now: their message was edited by somebody who did not have them in hand any more, and may have
 * taken back what was said since.
 */
export async function tellAnew(db: DatabaseOrTransaction, noticeIds: readonly string[]): Promise<void> {
  if (noticeIds.length === 0) return
  await rows(
    db,
    `with ${theseInOrder}, renewed as (
       update notice set ${queuedAnew}, due_at = now() from these where notice.id = these.id and state <> 'failed' returning 1)
     select pg_notify('outbox', '') from renewed limit 1`,
    { ids: [...noticeIds] },
  )
}
