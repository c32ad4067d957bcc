import { rows, type Transaction } from '../database.ts'
import type { ChangeRequest, Decided } from './request-changes.ts'
import { tellFewerWait } from './waiting-requests.ts'
import { originIn, writeAudit } from '../audit/write-audit.ts'

/**
 * Writes the new ones of the decided wishes, in place of what they supersede, each with its audit entry and NOTIFY. They are dated
 * when they are written: who waited for their turn has the later word, though their transaction may have begun first.
 */
export async function writeChanges(tx: Transaction, fresh: Decided[], request: ChangeRequest): Promise<void> {
  const records = fresh.map(({ row, action, decision, changeId, held }) => ({
    id: changeId,
    list_id: row.id,
    action,
    lane: row.lane,
    state: decision.kind === 'new' ? (held ? 'awaiting_approval' : decision.state) : null,
    supersedes: decision.kind === 'new' ? decision.supersedes : null,
  }))
  const bindings = { records: JSON.stringify(records), memberId: request.member.id }
  const superseded = records.every((record) => record.supersedes === null)
    ? []
    : await rows<{ id: string; by: string }>(
        tx,
        `with given_up as (
         select c.id, r.id as by from jsonb_to_recordset(:records) as r (id uuid, supersedes uuid)
         join change c on c.id = r.supersedes order by c.id for no key update of c
       ), old as (
         update change set state = 'superseded', ended_at = clock_timestamp(), superseded_by = g.by, reason_code = null, reason_message = null
         from given_up g
         where change.id = g.id and change.state in ('awaiting_approval', 'queued')
         returning change.id, g.by, change.hold_id, change.list_id)
       select id, by, pg_notify('change_ended', id::text), case when hold_id is not null then pg_notify('hold', hold_id::text) end,
         ${tellFewerWait('list_id')}
       from old`,
        bindings,
      )
  await rows(
    tx,
    `with fresh as (
       insert into change (id, list_id, member_id, action, state, requested_by, via, request_id, retry_of, created_at)
       select r.id, r.list_id, :memberId, r.action, r.state, :requestedBy, :via, :requestId, :retryOf, clock_timestamp()
       from jsonb_to_recordset(:records) as r (id uuid, list_id uuid, action text, state text)
       returning list_id, action, state)
     select pg_notify('change_queued', lane::text)
     from (select distinct l.lane from fresh join list l on l.id = fresh.list_id where fresh.state = 'queued') as lanes
     union all
     select pg_notify('requests', '') from fresh where state = 'awaiting_approval' and action = 'subscribe'`,
    {
      ...bindings,
      requestedBy: request.requestedBy.id,
      via: request.via,
      requestId: request.requestId,
      retryOf: request.retryOf ?? null,
    },
  )
  const actor = {
    actorKind: 'member',
    actorId: request.actorId ?? request.requestedBy.id,
    via: request.via,
    ...originIn(request),
  } as const
  await writeAudit(tx, [
    ...superseded.map(({ id, by }) => ({
      ...actor,
      event: 'change.superseded',
      subjectKind: 'change' as const,
      subjectId: id,
      outcome: 'superseded',
      details: { by },
    })),
    ...records.map((record) => ({
      ...actor,
      event: 'change.requested',
      subjectKind: 'change' as const,
      subjectId: record.id ?? '',
      outcome: record.state ?? '',
      details: { list: record.list_id, member: request.member.id, action: record.action },
    })),
  ])
}
