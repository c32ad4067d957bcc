import { rows, type Transaction } from './database.ts'
import { findMember } from './find-member.ts'
import { type Origin, originIn, writeAudit } from './write-audit.ts'

type Allowing = {
  username: string
  allowed: boolean
  /** The admin who says so. */
  adminId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/**
 * Lets a member’s programs send critical notices, which may mention people, or no longer.
 * @throws {Refusal} NOT_FOUND (MEMBER_NOT_FOUND), CONFLICT (USERNAME_SHARED).
 */
export async function allowMentions(tx: Transaction, allowing: Allowing): Promise<void> {
  const { allowed } = allowing
  const member = await findMember(tx, allowing.username)
  const [changed] = await rows(
    tx,
    `update member set mentions_allowed = :allowed, updated_at = now()
     where id = :memberId and mentions_allowed <> :allowed returning id`,
    { memberId: member.id, allowed },
  )
  if (!changed) return
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: allowing.adminId,
      event: allowed ? 'member.mentions_granted' : 'member.mentions_taken',
      subjectKind: 'member',
      subjectId: member.id,
      via: allowing.via,
      outcome: allowed ? 'granted' : 'taken',
      ...originIn(allowing),
    },
  ])
}
