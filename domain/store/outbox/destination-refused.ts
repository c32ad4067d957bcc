import { type Database, rows, type Transaction } from '../database.ts'
import type { DestinationKey } from './destination.ts'
import type { WaitingNotice } from './destination-queue.ts'

/** What a channel has refused for this long is given up, and stays on record as failed. */
const giveUpAfter = '3 days'

/** The condition of a notice that waits where everything is refused. */
export const isRefused = `state = 'queued' and body -> 'refusedSince' is not null`
/** No message says anything of it: a placeholder does not. */
const isUnshown = `(n.message_id is null or n.body -> 'isPlaceholder' is not null)`
const isThere = `destination_kind = :kind and destination_id = :id`

/**
 * A channel refuses everything, whatever it says: those in hand go back into their places as if they had not been tried, and all that
 * waits there is known to be refused since now. What was refused for days becomes a dead letter, but for incidents that last.
 */
export async function noteRefused(
  db: Database,
  notices: readonly WaitingNotice[],
  error: string,
): Promise<void> {
  const [first] = notices
  if (!first) return
  const { destinationKind: kind, destinationId: id, leaseToken } = first
  await db.transaction(async (tx) => {
    // In the order of their ids, as everybody takes several: those in hand are among them.
    await rows(
      tx,
      `select 1 from notice where state = 'queued' and ${isThere} order by id for no key update`,
      {
        kind,
        id,
      },
    )
    await rows(
      tx,
      `update notice n set lease_token = null, attempts = n.attempts - 1, doubtful_since = before.doubtful_since,
         body = case when before.doubtful_since is null then n.body - 'tried' else n.body end
       from unnest(:ids::uuid[], :doubts::timestamptz[]) as before (id, doubtful_since)
       where n.id = before.id and n.lease_token = :leaseToken`,
      {
        ids: notices.map((notice) => notice.id),
        doubts: notices.map(({ doubtfulSince }) => doubtfulSince),
        leaseToken,
      },
    )
    await rows(
      tx,
      `update notice set error = :error, body = body || jsonb_build_object('refusedSince', now())
       where state = 'queued' and ${isThere} and body -> 'refusedSince' is null`,
      { kind, id, error },
    )
    await rows(
      tx,
      `update notice set state = 'failed', ended_at = now(), error = :error, body = body - 'refusedSince'
       where ${isRefused} and ${isThere} and (body ->> 'refusedSince')::timestamptz < now() - interval '${giveUpAfter}'
         and not exists (select 1 from incident i where i.id = incident_id and i.state <> 'resolved')`,
      { kind, id, error },
    )
  })
}

/** It takes messages again. */
export async function noteTakes(db: Database, { kind, id }: DestinationKey): Promise<void> {
  await rows(
    db,
    `with there as (
       select id from notice where ${isRefused} and ${isThere} and lease_token is null order by id for no key update)
     update notice set body = body - 'refusedSince', error = null from there where notice.id = there.id`,
    { kind, id },
  )
}

/** The message of an incident that its channel refuses. */
export type RefusedAlert = { id: string; incidentId: string; mailed: Mailed; isShown: boolean; error: string }
/** What mail in place of the message has said so far. */
export type Mailed = 'began' | 'over' | null

/** Messages of incidents that wait where everything is refused, and of which that must be said by mail. */
export async function readRefusedAlerts(db: Database): Promise<RefusedAlert[]> {
  return rows<RefusedAlert>(
    db,
    `select n.id, n.incident_id, n.body ->> 'mailed' as mailed, not ${isUnshown} as is_shown, there.error
     from destination d
     cross join lateral (
       select error from notice where ${isRefused} and destination_kind = d.kind and destination_id = d.id limit 1) there
     join notice n on n.destination_kind = d.kind and n.destination_id = d.id
     join incident i on i.id = n.incident_id
     where d.kind = 'channel' and d.failures > 0 and d.resume_at > now()
       and n.state = 'queued' and n.lease_token is null and (
         n.body -> 'refusedSince' is null
         or (i.state = 'resolved' and coalesce(n.body ->> 'mailed', '') <> 'over')
         or (i.state <> 'resolved' and ${isUnshown} and n.body -> 'mailed' is null))
     order by n.position limit 100`,
  )
}

/** Records that mail says it, or will, once. False: somebody else has seen to it, or has the message in hand. */
export async function noteMailed(
  tx: Transaction,
  { id, mailed, error }: RefusedAlert,
  now: Mailed,
): Promise<boolean> {
  const noted = await rows(
    tx,
    `update notice set error = :error,
       body = jsonb_build_object('refusedSince', now()) || body || jsonb_strip_nulls(jsonb_build_object('mailed', :now::text))
     where id = :id and state = 'queued' and lease_token is null and body ->> 'mailed' is not distinct from :mailed::text
       and (body -> 'refusedSince' is null or :now::text is distinct from :mailed::text)
     returning 1`,
    { id, mailed, error, now },
  )
  return noted.length > 0
}
