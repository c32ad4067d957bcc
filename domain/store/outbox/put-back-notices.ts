import { type Database, rows } from '../database.ts'
import { type WaitingNotice, withPrint } from './destination-queue.ts'
import { theseInOrder } from './in-order.ts'

/** What becomes of notices that were not taken this time. */
export type Untaken = {
  error: string
  /** When this one alone is tried again; 0: as soon as its destination is. */
  inMs: number
  /** A limit is no failure of theirs. */
  counts: boolean
  /** The fingerprint of what Discord may have taken; null when it certainly took nothing, such as a message that it refused. */
  print: string | null
}

/** Puts notices back into their places. Only the one who has them in hand may: false, when one of them is somebody else's. */
export async function postponeNotices(
  db: Database,
  notices: readonly WaitingNotice[],
  { error, inMs, counts, print }: Untaken,
): Promise<boolean> {
  const [first] = notices
  if (!first) return true
  const postponed = await rows(
    db,
    `with ${theseInOrder}
     update notice set lease_token = null, due_at = case when :inS::float8 > 0 then now() + make_interval(secs => :inS::float8) else due_at end,
       error = case when :counts::boolean then :error::text else error end, attempts = attempts - (not :counts::boolean)::integer,
       doubtful_since = case when :print::text is not null then doubtful_since end,
       body = case
         when doubtful_since is null or :print::text is null then body - 'tried'
         else ${withPrint} end
     from these where notice.id = these.id and lease_token = :leaseToken returning 1`,
    {
      ids: notices.map(({ id }) => id),
      leaseToken: first.leaseToken,
      error,
      inS: inMs / 1000,
      counts,
      print,
    },
  )
  return postponed.length === notices.length
}

/**
 * Each of them is told on its own from now on. It is known that no message shows them together; whether one showed them before is as sure as it
 * was before this time.
 */
export async function splitDigest(
  db: Database,
  notices: readonly WaitingNotice[],
  error: string,
): Promise<void> {
  const [first] = notices
  if (!first) return
  await rows(
    db,
    `with ${theseInOrder}
     update notice n set lease_token = null, attempts = n.attempts - 1, error = :error, doubtful_since = before.doubtful_since,
       body = n.body - 'tried'
     from these join unnest(:ids::uuid[], :doubts::timestamptz[]) as before (id, doubtful_since) using (id)
     where n.id = these.id and n.lease_token = :leaseToken`,
    {
      ids: notices.map(({ id }) => id),
      doubts: notices.map(({ doubtfulSince }) => doubtfulSince),
      leaseToken: first.leaseToken,
      error,
    },
  )
}

/** Puts notices back after something that nobody foresaw: whether Discord took them is not known. */
export async function putBack(db: Database, notices: readonly WaitingNotice[], error: string): Promise<void> {
  const [first] = notices
  if (!first) return
  await rows(
    db,
    `with ${theseInOrder}
     update notice set lease_token = null, error = :error from these where notice.id = these.id and lease_token = :leaseToken`,
    { ids: notices.map(({ id }) => id), leaseToken: first.leaseToken, error },
  )
}

/** It goes to another channel, in its place among what waits there, and calls whom the rule of that channel names. */
export async function moveNotice(
  db: Database,
  { id, leaseToken }: WaitingNotice,
  { channelId, mention }: { channelId: string; mention: string | null },
): Promise<void> {
  await rows(
    db,
    `with moved as (
       update notice set destination_id = :channelId, mention = :mention, lease_token = null, attempts = 0, doubtful_since = null,
         body = body - 'tried' - 'refusedSince'
       where id = :id and lease_token = :leaseToken returning id)
     select pg_notify('outbox', '') from moved`,
    { id, leaseToken, channelId, mention },
  )
}
