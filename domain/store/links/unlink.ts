import { rows, type Transaction } from '../database.ts'
import { type AuditEntry, type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Unlinking = {
  linkId: string
  /**
   * Ended by the account itself, by the mail about it, by moving to another account, by an admin, or because the person has
   * left the directory.
   */
  reason: 'asked' | 'undone' | 'moved' | 'admin' | 'gone'
  via: 'discord' | 'web' | 'api' | 'worker' | 'operator'
  /** Whose doing it is; the member's own if it is not said. */
  by?: Pick<AuditEntry, 'actorKind' | 'actorId'>
} & Origin

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
  const { actorKind, actorId } = unlinking.by ?? { actorKind: 'member', actorId: ended.memberId }
  await writeAudit(tx, [
    {
      actorKind,
      actorId,
      event: 'link.ended',
      subjectKind: 'link',
      subjectId: linkId,
      via: unlinking.via,
      outcome: reason,
      details: { discordUser: ended.discordUserId },
      ...originIn(unlinking),
    },
  ])
  await rows(tx, `select pg_notify('link_changed', :discordUserId)`, { discordUserId: ended.discordUserId })
  return true
}
