import { rows, type Transaction } from './database.ts'
import { writeAudit } from './write-audit.ts'

type Unlinking = {
  linkId: string
  reason: 'asked' | 'undone'
  via: 'discord' | 'web'
  requestId: string | null
}

/** Ends a link and says so (NOTIFY link_changed). False when it had ended before. */
export async function unlink(tx: Transaction, unlinking: Unlinking): Promise<boolean> {
  const { linkId, reason } = unlinking
  const [ended] = await rows<{ memberId: string; discordUserId: string }>(
    tx,
    `update discord_link set unlinked_at = now(), unlink_reason = :reason
     where id = :linkId and unlinked_at is null returning member_id, discord_user_id`,
    { linkId, reason },
  )
  if (!ended) return false
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: ended.memberId,
      event: 'link.ended',
      subjectKind: 'link',
      subjectId: linkId,
      via: unlinking.via,
      outcome: reason,
      details: { discordUser: ended.discordUserId },
      requestId: unlinking.requestId,
    },
  ])
  await rows(tx, `select pg_notify('link_changed', :discordUserId)`, { discordUserId: ended.discordUserId })
  return true
}
