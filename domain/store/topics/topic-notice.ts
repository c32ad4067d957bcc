import { type Database, rows } from '../database.ts'
import { spacingS } from '../incidents/incident-notice.ts'
import { theseInOrder } from '../outbox/in-order.ts'

/**
 * Records that a message shows these notices as they were at their revisions; what came since is told after a pause. Only the one
 * who has them in hand may say so: gives the ids of those that are somebody else's.
 */
export async function toldTopics(
  db: Database,
  notices: readonly { id: string; leaseToken: string; revision: number }[],
  { messageId, inDigest }: { messageId: string; inDigest: boolean },
): Promise<string[]> {
  const [first] = notices
  if (!first) return []
  const noted = await rows<{ id: string }>(
    db,
    `with ${theseInOrder}
     update notice set message_id = :messageId, in_digest = :inDigest, sent_revision = told.revision, lease_token = null, error = null,
       attempts = 0, doubtful_since = null, body = '{}',
       state = case when notice.revision > told.revision then 'queued' else 'sent' end,
       ended_at = case when notice.revision > told.revision then null else now() end,
       due_at = now() + interval '${spacingS['other words']} seconds'
     from these join unnest(:ids::uuid[], :revisions::integer[]) as told (id, revision) using (id)
     where notice.id = these.id and notice.lease_token = :leaseToken returning notice.id`,
    {
      ids: notices.map(({ id }) => id),
      revisions: notices.map(({ revision }) => revision),
      leaseToken: first.leaseToken,
      messageId,
      inDigest,
    },
  )
  const isNoted = new Set(noted.map(({ id }) => id))
  return notices.flatMap(({ id }) => (isNoted.has(id) ? [] : id))
}
