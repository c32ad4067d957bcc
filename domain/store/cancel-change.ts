import type { Change, ChangeVia } from '../contracts/change.ts'
import { Refusal } from '../contracts/refusal.ts'
import { isWaiting } from '../rules/change-states.ts'
import { rows, type Transaction } from './database.ts'
import { readChangeOf } from './read-change.ts'
import { type Origin, originIn, writeAudit } from './write-audit.ts'

type Cancellation = { changeId: string; memberId: string; via: ChangeVia } & Origin

/**
 * Takes back a change that no worker has in hand yet, for the member whom it is about or who asked for it.
 * @throws {Refusal} NOT_FOUND, or CONFLICT (NOT_WAITING) when it is being applied or has ended.
 */
export async function cancelChange(tx: Transaction, cancellation: Cancellation): Promise<Change> {
  const { changeId, memberId } = cancellation
  await rows(tx, 'select id from change where id = :changeId for update', { changeId })
  const before = await readChangeOf(tx, { changeId, memberId })
  if (!before) throw changeNotFound()
  if (!isWaiting(before.state))
    throw new Refusal('CONFLICT', 'This change is not waiting any more, so it cannot be cancelled.', {
      reason: 'NOT_WAITING',
      details: { state: before.state },
    })
  await rows(
    tx,
    `with cancelled as (
       update change set state = 'cancelled', ended_at = now(),
         reason_code = 'CANCELLED', reason_message = 'It was cancelled before it was applied.'
       where id = :changeId returning id)
     select pg_notify('change_ended', id::text) from cancelled`,
    { changeId },
  )
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'change.cancelled',
      subjectKind: 'change',
      subjectId: changeId,
      via: cancellation.via,
      outcome: 'cancelled',
      ...originIn(cancellation),
    },
  ])
  const after = await readChangeOf(tx, { changeId, memberId })
  if (!after) throw new Error(`change ${changeId} vanished inside its own transaction`)
  return after
}

/** The refusal for a change that does not exist or that the caller may not see. */
export function changeNotFound(): Refusal {
  return new Refusal('NOT_FOUND', 'There is no such change.', { reason: 'CHANGE_NOT_FOUND' })
}
