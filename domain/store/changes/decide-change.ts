import { type Change, type ChangeState, deniedWithoutReason } from '../../contracts/change.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { changeNotFound } from './cancel-change.ts'
import { rows, type Transaction } from '../database.ts'
import { approveLetThrough, endHold, type LockedHold, lockHold } from '../holds/end-hold.ts'
import { readChanges } from './read-change.ts'
import { tellFewerWait } from './waiting-requests.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

/** The admin or owner who decides. */
export type DecidedBy = { memberId: string; via: 'discord' | 'web' | 'api' } & Origin

type Deciding = {
  changeId: string
  /** Whether they act as an admin: what the removal limit holds is not for an owner to decide. */
  asAdmin?: boolean
} & DecidedBy

/**
 * Approves one change, so that a worker applies it. Where a hold is about it and others, the others go on waiting.
 * @throws {Refusal} NOT_FOUND, PERMISSION_DENIED (ADMINS_ONLY) for a held removal, or CONFLICT (NOT_AWAITING_APPROVAL).
 */
export async function approveChange(tx: Transaction, deciding: Deciding): Promise<Change> {
  const hold = await lockAwaiting(tx, deciding)
  await approveAll(tx, [deciding.changeId], deciding)
  if (hold !== null) await approveLetThrough(tx, hold.id)
  await endEmptyHold(tx, hold, deciding)
  return readDecided(tx, deciding.changeId)
}

/** Approves several changes that wait for the list's owners. The caller has locked them. */
export async function approveAll(
  tx: Transaction,
  changeIds: readonly string[],
  by: DecidedBy,
): Promise<void> {
  // They are due from now on: how long they waited for a person is not the queue's age.
  await rows(
    tx,
    `with approved as (
       update change set state = 'queued', due_at = now(), wanted_since = now(), reason_code = null, reason_message = null,
         decided_at = case when member_id <> :memberId then now() end
       where id = any(:changeIds::uuid[]) returning list_id)
     select pg_notify('change_queued', l.lane::text), ${tellFewerWait('l.id')} from list l where l.id in (select list_id from approved)`,
    { changeIds, memberId: by.memberId },
  )
  await recordDecisions(tx, changeIds, 'approved', by)
}

/**
 * Denies one change, which ends by that. The member is told the reason; the audit does not have it, since it keeps nothing that people
 * wrote.
 * @throws {Refusal} as `approveChange`.
 */
export async function denyChange(
  tx: Transaction,
  { reason, ...deciding }: Deciding & { reason: string | null },
): Promise<Change> {
  const hold = await lockAwaiting(tx, deciding)
  await denyAll(tx, [deciding.changeId], { reason, ...deciding })
  await endEmptyHold(tx, hold, deciding)
  return readDecided(tx, deciding.changeId)
}

/** Denies several changes that wait for the list's owners. The caller has locked them. */
export async function denyAll(
  tx: Transaction,
  changeIds: readonly string[],
  { reason, ...by }: DecidedBy & { reason: string | null },
): Promise<void> {
  await rows(
    tx,
    `with denied as (
       update change set state = 'cancelled', ended_at = now(), reason_code = 'DENIED', reason_message = :message,
         decided_at = now(), told_at = case when member_id = :memberId then now() end
       where id = any(:changeIds::uuid[]) returning id, list_id)
     select pg_notify('change_ended', id::text), ${tellFewerWait('list_id')} from denied`,
    { changeIds, message: reason ?? deniedWithoutReason, memberId: by.memberId },
  )
  await recordDecisions(tx, changeIds, 'denied', by)
}

/** Gives the hold that the change waits under, locked before it, or null where it waits for the list's owners. */
async function lockAwaiting(
  tx: Transaction,
  { changeId, asAdmin = false }: Deciding,
): Promise<LockedHold | null> {
  const [seen] = await rows<{ state: ChangeState; holdId: string | null }>(
    tx,
    'select state, hold_id from change where id = :changeId',
    { changeId },
  )
  if (!seen) throw changeNotFound()
  if (seen.state !== 'awaiting_approval') throw notAwaiting(seen.state)
  if (seen.holdId !== null && !asAdmin)
    throw new Refusal(
      'PERMISSION_DENIED',
      'Too many are being taken off this list at once: only admins decide this.',
      { reason: 'ADMINS_ONLY' },
    )
  const hold = seen.holdId === null ? null : await lockHold(tx, seen.holdId)
  const [found] = await rows<{ state: ChangeState }>(
    tx,
    'select state from change where id = :changeId for update',
    { changeId },
  )
  if (found?.state !== 'awaiting_approval') throw notAwaiting(found?.state ?? 'cancelled')
  return hold
}

function notAwaiting(state: ChangeState): Refusal {
  return new Refusal('CONFLICT', 'This change does not wait for approval, or not any more.', {
    reason: 'NOT_AWAITING_APPROVAL',
    details: { state },
  })
}

/** The last of those that waited under a hold was decided: nothing is left for it. Else its alert shows one less. */
async function endEmptyHold(
  tx: Transaction,
  hold: LockedHold | null,
  { memberId, via, ...origin }: Deciding,
): Promise<void> {
  if (hold?.state !== 'waiting') return
  const [left] = await rows(
    tx,
    `select 1 from change where hold_id = :holdId and state = 'awaiting_approval' limit 1`,
    { holdId: hold.id },
  )
  if (left) await rows(tx, `select pg_notify('hold', :holdId)`, { holdId: hold.id })
  else await endHold(tx, hold, 'over', { actorKind: 'member', actorId: memberId, via, ...originIn(origin) })
}

async function recordDecisions(
  tx: Transaction,
  changeIds: readonly string[],
  outcome: 'approved' | 'denied',
  { memberId, via, ...origin }: DecidedBy,
): Promise<void> {
  await writeAudit(
    tx,
    changeIds.map((changeId) => ({
      actorKind: 'member',
      actorId: memberId,
      event: `change.${outcome}`,
      subjectKind: 'change',
      subjectId: changeId,
      via,
      outcome,
      ...originIn(origin),
    })),
  )
}

async function readDecided(tx: Transaction, changeId: string): Promise<Change> {
  const [change] = await readChanges(tx, [changeId])
  if (!change) throw new Error(`change ${changeId} vanished inside its own transaction`)
  return change
}
