import { rows, type Transaction } from '../database.ts'
import { type Origin, originIn } from '../audit/write-audit.ts'
import { type EndedSession, recordEnded } from './record-ended.ts'

type Ending = {
  sessionId: string
  memberId: string
  reason: 'signed_out' | 'revoked'
} & Origin

/** Ends one of the member's sessions at once. False when they have no such session. */
export async function endSession(tx: Transaction, ending: Ending): Promise<boolean> {
  const { sessionId, memberId, reason } = ending
  const ended = await rows<EndedSession>(
    tx,
    'delete from session where id = :sessionId and member_id = :memberId returning id, member_id',
    { sessionId, memberId },
  )
  await recordEnded(tx, ended, { outcome: reason, ...originIn(ending) })
  return ended.length > 0
}
