import { type Database, rows } from '../database.ts'
import type { WaitingNotice } from './destination-queue.ts'

/**
 * Records that a message stands where the notice belongs; what the notice says is put into that message from now on. `isPlaceholder`: so far it
 * says nothing of it. Only the one who has it in hand may say so: false, when it is somebody else's.
 */
export async function notePlace(
  db: Database,
  { id, leaseToken }: WaitingNotice,
  { messageId, isPlaceholder }: { messageId: string; isPlaceholder: boolean },
): Promise<boolean> {
  const noted = await rows(
    db,
    `update notice set message_id = :messageId, in_digest = false, doubtful_since = null, lease_token = null,
       body = (body - 'tried') || case when :isPlaceholder::boolean then '{"isPlaceholder": true}'::jsonb else '{}' end
     where id = :id and lease_token = :leaseToken returning 1`,
    { id, leaseToken, messageId, isPlaceholder },
  )
  return noted.length > 0
}
