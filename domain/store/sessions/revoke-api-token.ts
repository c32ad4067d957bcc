import { rows, type Transaction } from '../database.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Revoking = {
  tokenId: string
  memberId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/** Revokes one of the member's API tokens: the next call with it is refused. False when they have no such token. */
export async function revokeApiToken(tx: Transaction, revoking: Revoking): Promise<boolean> {
  const { tokenId, memberId } = revoking
  const [revoked] = await rows(
    tx,
    `update api_token set revoked_at = now()
     where id = :tokenId and member_id = :memberId and expires_at > now() and revoked_at is null returning id`,
    { tokenId, memberId },
  )
  if (!revoked) return false
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'api_token.revoked',
      subjectKind: 'api_token',
      subjectId: tokenId,
      via: revoking.via,
      outcome: 'revoked',
      ...originIn(revoking),
    },
  ])
  return true
}
