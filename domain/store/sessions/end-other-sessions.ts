import { rows, type Transaction } from '../database.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Ending = {
  memberId: string
  /** The session that goes on. */
  keptId: string
} & Origin

/** Ends every session of the member but one, at once. Gives how many there were. */
export async function endOtherSessions(tx: Transaction, ending: Ending): Promise<number> {
  const { memberId, keptId } = ending
  const ended = await rows<{ id: string }>(
    tx,
    'delete from session where member_id = :memberId and id <> :keptId returning id',
    { memberId, keptId },
  )
  await writeAudit(
    tx,
    ended.map(({ id }) => ({
      actorKind: 'member',
      actorId: memberId,
      event: 'session.ended',
      subjectKind: 'session',
      subjectId: id,
      via: 'web',
      outcome: 'revoked',
      ...originIn(ending),
    })),
  )
  return ended.length
}
