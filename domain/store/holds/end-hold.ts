import type { HoldKind, HoldState } from '../../contracts/hold.ts'
import { deniedWithoutReason } from '../../contracts/change.ts'
import { rows, type Transaction } from '../database.ts'
import { type EndedBy, endOpenChanges, listGone } from '../changes/end-open-changes.ts'
import { writeAudit } from '../audit/write-audit.ts'

export type LockedHold = { id: string; kind: HoldKind; state: HoldState; isDue: boolean }
export type HoldEnd = Exclude<HoldState, 'waiting'>

/** Locks a hold, and before it the lists that it is about, as everybody does who takes both. Null when there is none. */
export async function lockHold(tx: Transaction, holdId: string): Promise<LockedHold | null> {
  await rows(
    tx,
    `select id from list where id = (select list_id from hold where id = :holdId) or hold_id = :holdId
     order by id for no key update`,
    { holdId },
  )
  const [hold] = await rows<LockedHold>(
    tx,
    'select id, kind, state, expires_at <= now() as is_due from hold where id = :holdId for update',
    { holdId },
  )
  return hold ?? null
}

/** Ends a waiting hold that the caller has locked, with what follows for each change that waited under it. */
export async function endHold(
  tx: Transaction,
  hold: Pick<LockedHold, 'id' | 'kind'>,
  end: HoldEnd,
  by: EndedBy,
): Promise<void> {
  if (hold.kind === 'removals' && end !== 'over') await endHeldRemovals(tx, hold.id, end, by)
  if (hold.kind === 'lists-gone' && (end === 'approved' || end === 'denied'))
    await endOpenChanges(tx, await readGoneOf(tx, hold.id), { ...goneEnds[end], by })
  await rows(tx, 'update hold set state = :end, ended_at = now() where id = :id', { id: hold.id, end })
  await writeAudit(tx, [
    { ...by, event: `hold.${end}`, subjectKind: 'hold', subjectId: hold.id, outcome: hold.kind },
  ])
  await rows(tx, `select pg_notify('hold', :id)`, { id: hold.id })
}

/** Approved removals are due from now on: how long they waited for a person is not the queue's age. */
const letGo = `
  with let_go as (
    update change set state = 'queued', due_at = now(), wanted_since = now(), reason_code = null, reason_message = null
    where hold_id = :holdId and state = 'awaiting_approval' and action = 'unsubscribe'
    returning id, list_id)
  select let_go.id, pg_notify('change_queued', l.lane::text) from let_go join list l on l.id = let_go.list_id`

const cancel = `
  with cancelled as (
    update change set state = 'cancelled', ended_at = now(), reason_code = :code, reason_message = :message
    where hold_id = :holdId and state = 'awaiting_approval'
    returning id)
  select id, pg_notify('change_ended', id::text) from cancelled`

const refusals = {
  denied: { code: 'DENIED', message: deniedWithoutReason },
  expired: { code: 'EXPIRED', message: 'No admin agreed to it within a day, so nothing was changed.' },
} as const

async function endHeldRemovals(
  tx: Transaction,
  holdId: string,
  end: 'approved' | 'denied' | 'expired',
  by: EndedBy,
): Promise<void> {
  const ended =
    end === 'approved'
      ? await rows<{ id: string }>(tx, letGo, { holdId })
      : await rows<{ id: string }>(tx, cancel, { holdId, ...refusals[end] })
  if (end === 'approved') await approveLetThrough(tx, holdId)
  await writeAudit(
    tx,
    ended.map(({ id }) => ({
      ...by,
      event: `change.${end}`,
      subjectKind: 'change',
      subjectId: id,
      outcome: end,
      details: { hold: holdId },
    })),
  )
}

/**
 * No removal that is on its way waits for another yes: neither what an admin has just let go, nor, because of it, what the limit had let
 * through before. The caller holds the list's row.
 */
export async function approveLetThrough(tx: Transaction, holdId: string): Promise<void> {
  await rows(
    tx,
    // In the order of their ids: who resumes a target has the changes of many lists, and none of the lists.
    `with let_through as (
       select id from change
       where list_id = (select list_id from hold where id = :holdId) and state in ('queued', 'applying')
         and action = 'unsubscribe' and requested_by is distinct from member_id and not removal_approved
       order by id for no key update)
     update change set removal_approved = true from let_through where change.id = let_through.id`,
    { holdId },
  )
}

/** What becomes of what waits for lists that are gone: they were deleted indeed, or by mistake. Either way nobody waits in vain. */
const goneEnds = {
  approved: listGone,
  denied: {
    as: 'cancelled',
    code: 'DENIED',
    message:
      'The list vanished from the directory by mistake, so nothing was changed. Ask again once it is back.',
  },
} as const

async function readGoneOf(tx: Transaction, holdId: string): Promise<string[]> {
  const gone = await rows<{ id: string }>(
    tx,
    `select id from list where hold_id = :holdId and state = 'gone'`,
    { holdId },
  )
  return gone.map(({ id }) => id)
}
