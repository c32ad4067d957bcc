import { rows, type Transaction } from '../database.ts'
import { type Origin, originIn } from '../audit/write-audit.ts'
import { type EndedSession, recordEnded } from './record-ended.ts'

type Ending = {
  memberId: string
  /** The session that goes on. */
  keptId: string
} & Origin

/** Ends every session of the member but one, at once. Gives how many there were. */
export async function endOtherSessions(tx: Transaction, ending: Ending): Promise<number> {
  const { memberId, keptId } = ending
  const ended = await rows<EndedSession>(
    tx,
    'delete from session where member_id = :memberId and id <> :keptId returning id, member_id',
    { memberId, keptId },
  )
  await recordEnded(tx, ended, { outcome: 'revoked', ...originIn(ending) })
  return ended.length
}
