import { rows, type Transaction } from '../database.ts'
import { findMember } from './find-member.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

/**
 * What an admin may allow a member: `notices`, to send notices by API token; `mentions`, to send critical ones, which may mention people.
 */
export type Grant = 'notices' | 'mentions'

type Changing = {
  grant: Grant
  username: string
  allowed: boolean
  /** The admin who says so. */
  adminId: string
  via: 'discord' | 'web' | 'api'
} & Origin

const changes = {
  notices: `update member set notices_allowed = :allowed, updated_at = now()
    where id = :memberId and notices_allowed <> :allowed returning id`,
  mentions: `update member set mentions_allowed = :allowed, updated_at = now()
    where id = :memberId and mentions_allowed <> :allowed returning id`,
} as const satisfies Record<Grant, string>

/**
 * Allows a member that, or no longer: then the tokens that they have stop doing so at once.
 * @throws {Refusal} NOT_FOUND (MEMBER_NOT_FOUND), CONFLICT (USERNAME_SHARED).
 */
export async function changeGrant(tx: Transaction, changing: Changing): Promise<void> {
  const { grant, allowed } = changing
  const member = await findMember(tx, changing.username)
  const [changed] = await rows(tx, changes[grant], { memberId: member.id, allowed })
  if (!changed) return
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: changing.adminId,
      event: allowed ? `member.${grant}_granted` : `member.${grant}_taken`,
      subjectKind: 'member',
      subjectId: member.id,
      via: changing.via,
      outcome: allowed ? 'granted' : 'taken',
      ...originIn(changing),
    },
  ])
}
