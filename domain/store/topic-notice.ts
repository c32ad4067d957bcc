import { type Database, rows } from './database.ts'
import { spacingS } from './incident-notice.ts'

/**
 * Records that a message shows these notices as they were at their revisions; what came since is told after a pause. Only the one
 * who has them in hand may say so.
 */
export async function toldTopics(
  db: Database,
  notices: readonly { id: string; leaseToken: string; revision: number }[],
  { messageId, inDigest }: { messageId: string; inDigest: boolean },
): Promise<void> {
  const [first] = notices
  if (!first) return
  await rows(
    db,
    `update notice set message_id = :messageId, in_digest = :inDigest, sent_revision = told.revision, lease_token = null, error = null,
       attempts = 0, doubtful_since = null, body = '{}',
       state = case when notice.revision > told.revision then 'queued' else 'sent' end,
       ended_at = case when notice.revision > told.revision then null else now() end,
       due_at = now() + interval '${spacingS['other words']} seconds'
     from unnest(:ids::uuid[], :revisions::integer[]) as told (id, revision)
     where notice.id = told.id and notice.lease_token = :leaseToken`,
    {
      ids: notices.map(({ id }) => id),
      revisions: notices.map(({ revision }) => revision),
      leaseToken: first.leaseToken,
      messageId,
      inDigest,
    },
  )
}
