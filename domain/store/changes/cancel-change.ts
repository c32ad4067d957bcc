import type { Change, ChangeAction, ChangeVia } from '../../contracts/change.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { isWaiting } from '../../rules/change-states.ts'
import { rows, type Transaction } from '../database.ts'
import { readChangeOf } from './read-change.ts'
import { tellFewerWait } from './waiting-requests.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type Cancellation = {
  changeId: string
  memberId: string
  via: ChangeVia
  /** They are gone from the directory: also what somebody else asked for about them goes. */
  isGone?: boolean
} & Origin

/**
 * Takes back a change that no worker has in hand, for the member whom it is about or who asked for it. That somebody else takes a
 * member off a list is not for that member to take back. Nor can anything be taken back that may be under way to the directory, sent
 * by a worker that was not heard of since: only applying it once more, or its opposite, finds out what came of that.
 * @throws {Refusal} NOT_FOUND, PERMISSION_DENIED (NOT_YOUR_REQUEST), or CONFLICT (NOT_WAITING) when it is being applied, may be, or has
 *   ended.
 */
export async function cancelChange(tx: Transaction, cancellation: Cancellation): Promise<Change> {
  const { changeId, memberId } = cancellation
  const [locked] = await rows<{ action: ChangeAction; isTheirs: boolean }>(
    tx,
    `select action, requested_by is not distinct from :memberId::uuid as is_theirs
     from change where id = :changeId for update`,
    { changeId, memberId },
  )
  const before = await readChangeOf(tx, { changeId, memberId })
  if (!before) throw changeNotFound()
  if (locked?.action === 'unsubscribe' && !locked.isTheirs && cancellation.isGone !== true)
    throw new Refusal(
      'PERMISSION_DENIED',
      `Somebody who manages ${before.list} asked for this, so only they can take it back. Ask them if it is wrong.`,
      { reason: 'NOT_YOUR_REQUEST' },
    )
  if (!isWaiting(before.state))
    throw new Refusal('CONFLICT', 'This change is not waiting any more, so it cannot be cancelled.', {
      reason: 'NOT_WAITING',
      details: { state: before.state },
    })
  // Nobody is left then to ask for the opposite, or to hear how it ended.
  if (cancellation.isGone !== true && before.maybeSent === true)
    throw new Refusal(
      'CONFLICT',
      `This change of the list ${before.list} may already have been sent to the directory, so it cannot be cancelled now. Ask for the opposite instead, or wait until it has ended.`,
      { reason: 'NOT_WAITING', details: { state: before.state } },
    )
  await rows(
    tx,
    `with cancelled as (
       update change set state = 'cancelled', ended_at = now(),
         reason_code = 'CANCELLED', reason_message = 'It was cancelled before it was applied.'
       where id = :changeId returning id, hold_id, list_id)
     select pg_notify('change_ended', id::text), case when hold_id is not null then pg_notify('hold', hold_id::text) end,
       ${tellFewerWait('list_id')}
     from cancelled`,
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
