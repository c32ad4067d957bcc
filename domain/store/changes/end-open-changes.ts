import { rows, type Transaction } from '../database.ts'
import { tellFewerWait } from './waiting-requests.ts'
import { type AuditEntry, writeAudit } from '../audit/write-audit.ts'

/** Who or what brought it about. */
export type EndedBy = Omit<AuditEntry, 'event' | 'subjectKind' | 'subjectId' | 'outcome' | 'details'>

/** What the directory itself brought about, as a read of it shows. */
export const byDirectory: EndedBy = { actorKind: 'directory', actorId: null, via: 'sync', requestId: null }

/** What a worker brings about by itself, at its time. */
export const byWorker: EndedBy = { actorKind: 'worker', actorId: null, via: 'worker', requestId: null }

type Ending = { as?: 'failed' | 'cancelled'; code: string; message: string; by: EndedBy }

/** Why changes of a list end whose entry is gone. */
export const listGone = {
  code: 'LIST_GONE',
  message: 'The list is no longer in the directory, so nothing was changed.',
} as const

/**
 * Ends what waits for lists that can't be changed any more, for a worker or for somebody's approval, and says so to whoever waits. Whoever
 * has a change in hand ends that. The caller holds the lists' rows.
 */
export async function endOpenChanges(
  tx: Transaction,
  listIds: readonly string[],
  { as = 'failed', code, message, by }: Ending,
): Promise<void> {
  const ended = await rows<{ id: string; listId: string; memberId: string }>(
    tx,
    `with open as (
       select id from change where list_id = any(:listIds::uuid[]) and state in ('queued', 'awaiting_approval')
       order by id for no key update
     ), ended as (
       update change set state = :as, ended_at = now(), reason_code = :code, reason_message = :message
       from open where change.id = open.id
       returning change.id, list_id, member_id, hold_id)
     select id, list_id, member_id, pg_notify('change_ended', id::text),
       case when hold_id is not null then pg_notify('hold', hold_id::text) end, ${tellFewerWait('list_id')}
     from ended`,
    { listIds, as, code, message },
  )
  await writeAudit(
    tx,
    ended.map(({ id, listId, memberId }) => ({
      ...by,
      event: `change.${as}`,
      subjectKind: 'change',
      subjectId: id,
      outcome: code,
      details: { list: listId, member: memberId },
    })),
  )
}
