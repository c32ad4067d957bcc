import { type Database, rows } from '../database.ts'
import type { WaitingNotice } from './destination-queue.ts'

/** How often others were told before it was, and since when, in seconds. */
export type PassedOver = { times: number; forS: number }

/**
 * Records that others of its channel were told while this one was not, and has it tried again after a while; gives how often that was so. Null when
 * somebody else has the channel in hand by now.
 */
export async function notePassedOver(
  db: Database,
  { id, leaseToken, destinationKind, destinationId }: WaitingNotice,
  againInS: number,
): Promise<PassedOver | null> {
  const [passed] = await rows<PassedOver>(
    db,
    `update notice set due_at = now() + make_interval(secs => :againInS),
       body = body || jsonb_build_object('passedOver', jsonb_build_object(
         'times', coalesce((body #>> '{passedOver,times}')::integer, 0) + 1,
         'since', coalesce(body #> '{passedOver,since}', to_jsonb(now()))))
     where id = :id and state = 'queued' and lease_token is null and exists (
       select 1 from destination where kind = :destinationKind and id = :destinationId and lease_token = :leaseToken)
     returning (body #>> '{passedOver,times}')::integer as times,
       extract(epoch from now() - (body #>> '{passedOver,since}')::timestamptz)::float8 as for_s`,
    { id, leaseToken, destinationKind, destinationId, againInS },
  )
  return passed ?? null
}
