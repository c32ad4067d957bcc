import { type DatabaseOrTransaction, rows } from '../database.ts'
import { queuedAnew } from '../outbox/queued-anew.ts'
import { newId } from '../new-id.ts'

/** In place of a channel: the incident is told of by mail. */
export const byMail = 'mail'

/** The one message of an incident; what it says is put together from the incident when it is sent. */
export async function beginNotice(
  tx: DatabaseOrTransaction,
  incidentId: string,
  channel: { id: string; mention: string | null } | null,
): Promise<void> {
  await rows(
    tx,
    `with fresh as (
       insert into notice (id, kind, destination_kind, destination_id, incident_id, mention, body, state, ended_at)
       values (:id, 'alert', 'channel', :destination, :incidentId, :mention, '{}', :state, case :state when 'sent' then now() end)
       returning state)
     select pg_notify('outbox', '') from fresh where state = 'queued'`,
    {
      id: newId(),
      incidentId,
      destination: channel?.id ?? byMail,
      mention: channel?.mention ?? null,
      state: channel === null ? 'sent' : 'queued',
    },
  )
}

/**
 * How many seconds after it was last told it is told again, so that a storm is a few edits. That it was merely seen again can wait
 * longer the longer it lasts already: Discord lets old messages be edited now and then only.
 */
export const spacingS = { 'seen again': 30, 'other words': 5, decided: 0, over: 0 } as const

/**
 * Has the incident's message told anew. Whoever has it in hand sees that there is more to tell. What Discord has refused, and
 * what goes by mail, is told again only to say the end.
 */
export async function renewNotice(
  tx: DatabaseOrTransaction,
  incidentId: string,
  why: keyof typeof spacingS,
): Promise<void> {
  await rows(
    tx,
    `with renewed as (
       update notice set ${queuedAnew},
         due_at = case
           when state <> 'queued' then greatest(now(), ended_at + greatest(make_interval(secs => :afterS),
             case when :why = 'seen again' then (now() - created_at) / 10 else interval '0' end))
           when lease_token is not null or error is not null then due_at
           else least(due_at, now() + make_interval(secs => :afterS)) end
       where incident_id = :incidentId
         and (:why = 'over' or (state <> 'failed' and destination_id <> '${byMail}'))
       returning due_at)
     select pg_notify('outbox', '') from renewed where due_at <= now()`,
    { incidentId, why, afterS: spacingS[why] },
  )
}

/**
 * Records that the message was told as it was at `revision`; what came since is told after a pause. Only the one who has it in hand
 * may say so: false, when it is somebody else's. What mail has said in its place stays known, and whether it says when it began.
 */
export async function toldNotice(
  db: DatabaseOrTransaction,
  notice: { id: string; leaseToken: string },
  told: { channelId: string; messageId: string; revision: number; isLate: boolean },
): Promise<boolean> {
  const noted = await rows(
    db,
    `update notice set destination_id = :channelId, message_id = :messageId, sent_revision = :revision, lease_token = null, error = null,
       attempts = 0, doubtful_since = null, body = body - '{tried,refusedSince,passedOver,isPlaceholder}'::text[] || case when :isLate::boolean then '{"isLate": true}'::jsonb else '{}' end,
       state = case when revision > :revision then 'queued' else 'sent' end,
       ended_at = case when revision > :revision then null else now() end,
       due_at = now() + make_interval(secs => :afterS)
     where id = :id and lease_token = :leaseToken returning 1`,
    { ...told, id: notice.id, leaseToken: notice.leaseToken, afterS: spacingS['other words'] },
  )
  return noted.length > 0
}
