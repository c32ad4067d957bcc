import { rows, type Transaction } from '../database.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Ending = {
  sessionId: string
  memberId: string
  reason: 'signed_out' | 'revoked'
} & Origin

/** Ends one of the member's sessions at once. False when they have no such session. */
export async function endSession(tx: Transaction, ending: Ending): Promise<boolean> {
  const { sessionId, memberId, reason } = ending
  const [ended] = await rows(
    tx,
    'delete from session where id = :sessionId and member_id = :memberId returning id',
    { sessionId, memberId },
  )
  if (!ended) return false
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'session.ended',
      subjectKind: 'session',
      subjectId: sessionId,
      via: 'web',
      outcome: reason,
      ...originIn(ending),
    },
  ])
  return true
}
