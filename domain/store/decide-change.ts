import { type Change, deniedWithoutReason } from '../contracts/change.ts'
import { Refusal } from '../contracts/refusal.ts'
import { changeNotFound } from './cancel-change.ts'
import { rows, type Transaction } from './database.ts'
import { readChanges } from './read-change.ts'
import { type Origin, originIn, writeAudit } from './write-audit.ts'

type Deciding = {
  changeId: string
  /** The admin or owner who decides. */
  memberId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/**
 * Lets a change that waits for approval go to the workers.
 * @throws {Refusal} NOT_FOUND, or CONFLICT (NOT_AWAITING_APPROVAL).
 */
export async function approveChange(tx: Transaction, deciding: Deciding): Promise<Change> {
  const { changeId } = deciding
  await lockAwaiting(tx, changeId)
  // It is due from now on: how long it waited for a person is not the queue's age.
  await rows(
    tx,
    `with approved as (
       update change set state = 'queued', due_at = now() where id = :changeId returning list_id)
     select pg_notify('change_queued', l.lane::text) from approved a join list l on l.id = a.list_id`,
    { changeId },
  )
  return recordDecision(tx, deciding, 'approved')
}

/**
 * Ends a change that waits for approval. The reason goes to the member, and not into the audit, which holds no words of people.
 * @throws {Refusal} as above.
 */
export async function denyChange(
  tx: Transaction,
  { reason, ...deciding }: Deciding & { reason: string | null },
): Promise<Change> {
  const { changeId } = deciding
  await lockAwaiting(tx, changeId)
  await rows(
    tx,
    `with denied as (
       update change set state = 'cancelled', ended_at = now(), reason_code = 'DENIED', reason_message = :message
       where id = :changeId returning id)
     select pg_notify('change_ended', id::text) from denied`,
    { changeId, message: reason ?? deniedWithoutReason },
  )
  return recordDecision(tx, deciding, 'denied')
}

async function lockAwaiting(tx: Transaction, changeId: string): Promise<void> {
  const [found] = await rows<{ state: Change['state'] }>(
    tx,
    'select state from change where id = :changeId for update',
    { changeId },
  )
  if (!found) throw changeNotFound()
  if (found.state === 'awaiting_approval') return
  throw new Refusal('CONFLICT', 'This change does not wait for approval, or not any more.', {
    reason: 'NOT_AWAITING_APPROVAL',
    details: { state: found.state },
  })
}

async function recordDecision(
  tx: Transaction,
  { changeId, memberId, via, ...origin }: Deciding,
  outcome: 'approved' | 'denied',
): Promise<Change> {
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: `change.${outcome}`,
      subjectKind: 'change',
      subjectId: changeId,
      via,
      outcome,
      ...originIn(origin),
    },
  ])
  const [change] = await readChanges(tx, [changeId])
  if (!change) throw new Error(`change ${changeId} vanished inside its own transaction`)
  return change
}
