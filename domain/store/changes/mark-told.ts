import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'
import { changeNotFound } from './cancel-change.ts'
import { writeAudit } from '../audit/write-audit.ts'

type Telling = { changeId: string; memberId: string; requestId: string | null }

/**
 * Records that the member was told how their change ended; once told, saying so again changes nothing. That somebody who asked for it about
 * them has seen it tells them nothing: they hear of it by themselves.
 * @throws {Refusal} NOT_FOUND, or CONFLICT (NOT_ENDED) while there is nothing to tell yet.
 */
export async function markTold(tx: Transaction, telling: Telling): Promise<void> {
  const [found] = await rows<{ ended: boolean; told: boolean; isTheirs: boolean }>(
    tx,
    `select ended_at is not null as ended, told_at is not null as told, member_id = :memberId as is_theirs from change
     where id = :changeId and (member_id = :memberId or requested_by = :memberId) for update`,
    { changeId: telling.changeId, memberId: telling.memberId },
  )
  if (!found) throw changeNotFound()
  if (!found.ended)
    throw new Refusal('CONFLICT', 'This change has not ended yet, so there is nothing to tell.', {
      reason: 'NOT_ENDED',
    })
  if (found.told || !found.isTheirs) return
  await rows(tx, 'update change set told_at = now() where id = :changeId', { changeId: telling.changeId })
  await writeAudit(tx, [
    {
      actorKind: 'discord',
      actorId: telling.memberId,
      event: 'change.told',
      subjectKind: 'change',
      subjectId: telling.changeId,
      via: 'discord',
      outcome: 'told',
      requestId: telling.requestId,
    },
  ])
}
