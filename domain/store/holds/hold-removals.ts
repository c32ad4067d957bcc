import { rows, type Transaction } from '../database.ts'
import { openHold } from './open-hold.ts'
import { writeAudit } from '../audit/write-audit.ts'

/** What a change says while it waits for an admin's yes. */
const removalHeld = {
  code: 'REMOVAL_HELD',
  message: 'Many people are being taken off this list at once, so an admin has to agree first.',
} as const

/**
 * Puts removals, queued or in the caller's hand, under the list's waiting hold: they wait for an admin's yes, for a day at most. Where
 * a newer word of the same person waits already, the removal gives way to it. Gives the hold's id. The caller holds the list's row
 * (`for no key update`, or stronger).
 */
export async function holdRemovals(
  tx: Transaction,
  { listId, changeIds }: { listId: string; changeIds: readonly string[] },
): Promise<string> {
  const holdId = await openHold(tx, { kind: 'removals', listId })
  const gaveWay = await rows<{ id: string; by: string }>(
    tx,
    `with gave_way as (
       update change set state = 'superseded', ended_at = now(), superseded_by = w.id, would_write = null
       from change w
       where change.id = any(:changeIds::uuid[]) and change.list_id = :listId and change.state = 'applying'
         and w.list_id = :listId and w.member_id = change.member_id and w.state in ('queued', 'awaiting_approval')
       returning change.id, w.id as by)
     select id, by, pg_notify('change_ended', id::text) from gave_way`,
    { listId, changeIds },
  )
  const held = await rows<{ id: string; memberId: string }>(
    tx,
    `with held as (
       update change set state = 'awaiting_approval', hold_id = :holdId, reason_code = :code, reason_message = :message,
         would_write = null
       where id = any(:changeIds::uuid[]) and list_id = :listId and state in ('queued', 'applying', 'awaiting_approval')
       returning id, member_id)
     select id, member_id, pg_notify('change_observed', id::text) from held`,
    { listId, changeIds, holdId, ...removalHeld },
  )
  const by = { actorKind: 'worker', actorId: null, subjectKind: 'change', via: 'limit' } as const
  await writeAudit(tx, [
    ...gaveWay.map(({ id, by: newer }) => ({
      ...by,
      event: 'change.superseded',
      subjectId: id,
      outcome: 'superseded',
      details: { by: newer },
    })),
    ...held.map(({ id, memberId }) => ({
      ...by,
      event: 'change.held',
      subjectId: id,
      outcome: 'held',
      details: { list: listId, member: memberId, hold: holdId },
    })),
  ])
  return holdId
}
