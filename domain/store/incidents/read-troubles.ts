import type { Client } from 'pg'
import type { Database } from '../database.ts'
import { isRefused } from '../outbox/destination-refused.ts'
import { waitingWork } from '../installation/waiting-work.ts'

/** What the store knows of trouble, in one look. */
export type Troubles = {
  /** The clock of Postgres, in seconds since 1970. */
  clockS: number
  /** Why writing to the directory is paused; null while it is not. */
  pausedCode: string | null
  pausedReason: string | null
  /** What waits for a worker for too long, and since when; a pause, of which admins know, is not counted. */
  queueWaiting: number
  queueOldestS: number
  mailCount: number
  mailError: string | null
  noticeCount: number
  noticeError: string | null
  /** Where that message was to go; null where it was to go to a member. */
  noticeChannelId: string | null
}

/** How long something may wait before that is trouble, and how long ago what was given up is still told of. */
const waitsS = 300
const givenUpS = 900
/** By then somebody has given up on that channel. */
const forgottenS = 7 * 24 * 3600

/** Tried a few times for long enough. */
const waitsTooLong = `state = 'queued' and error is not null and attempts >= 3 and created_at < now() - interval '${waitsS} seconds'`
const worstFirst = 'error is null, attempts desc, id'
const summed = (found: string, name: string) =>
  `select count(*)::integer as count, (array_agg(error order by ${worstFirst}))[1] as error,
     (array_agg(channel_id order by ${worstFirst}))[1] as channel_id from (${found}) ${name}`

/** While the server takes nothing, mail that was not even tried waits as well. */
const waitsForServer = `state = 'queued' and created_at < now() - interval '${waitsS} seconds'
  and exists (select 1 from destination where kind = 'mail' and failures >= 3)`

/** Tried for long enough, or given up lately. */
const stuckMail = summed(
  `select id, error, attempts, null as channel_id from mail
   where (${waitsTooLong}) or (${waitsForServer}) or (state = 'failed' and ended_at > now() - interval '${givenUpS} seconds')`,
  'mail_stuck',
)

const isTaken = `destination_kind = 'channel' and message_id is not null and error is null`

/** The last time that any channel took something; what is on its way again counts as when it is due. Each is found by an index of its own. */
const lastTaken = `select coalesce(greatest(
  (select max(ended_at) from notice where ${isTaken}), (select max(due_at) from notice where state = 'queued' and ${isTaken})), '-infinity')`

/**
 * Tried for long enough, waiting for a channel that refuses everything, or refused with no channel having taken anything since. The
 * message about this trouble is none of it, nor is that the end of something else could not be told: it would begin anew by being over. A member who takes no direct messages gets a mail: that is
 * no trouble either.
 */
const stuckNotices = summed(
  `select n.id, n.error, n.attempts, case n.destination_kind when 'channel' then n.destination_id end as channel_id from (
     select * from notice where (${waitsTooLong}) or (${isRefused})
     union all
     select * from notice
     where state = 'failed' and destination_kind = 'channel' and ended_at > now() - interval '${forgottenS} seconds') n
   left join incident i on i.id = n.incident_id
   where coalesce(i.kind, '') <> 'discord-undeliverable'
     and (n.state = 'queued' or n.ended_at > (${lastTaken})
       or (coalesce(i.state, '') <> 'resolved' and n.ended_at > now() - interval '${givenUpS} seconds'))`,
  'notice_stuck',
)

const troubles = `
  select current_setting('transaction_read_only')::boolean as "isReadOnly", extract(epoch from clock_timestamp())::float8 as "clockS", t.reason_code as "pausedCode", t.reason as "pausedReason",
    q.waiting as "queueWaiting", q.oldest_s as "queueOldestS",
    m.count as "mailCount", m.error as "mailError", n.count as "noticeCount", n.error as "noticeError",
    n.channel_id as "noticeChannelId"
  from (select count(*)::integer as waiting, coalesce(extract(epoch from now() - min(since)), 0)::float8 as oldest_s
          from (select greatest(w.wanted_since, t.resumed_at) as since
                from (${waitingWork}) w join target t on t.name = w.source where t.paused_at is null) waits
          where since < now() - interval '${waitsS} seconds') q
  cross join (${stuckMail}) m
  cross join (${stuckNotices}) n
  left join target t on t.name = 'ldap' and t.paused_at is not null`

/**
 * More than it may hold in memory, so that Postgres writes it to its disk and takes it off again at once: a full one shows by that, where
 * all that is only read, and what still fits into files that are there, goes on as if nothing was wrong.
 */
const tryRoom = `set local work_mem = '64kB'; select count(*) from generate_series(1, 5000)`

/**
 * Asks on a connection that is given up when there is no answer within `ms`: what hangs would be asked again and again otherwise,
 * and never be noticed to be back.
 * @throws what Postgres throws, and where it takes no writes: then nothing can be accepted, as when it is away.
 */
export async function readTroubles(db: Database, ms: number): Promise<Troubles> {
  const connection = (await db.client.acquireConnection()) as Client & {
    connection: { stream: { destroy(cause: Error): void } }
  }
  const timer = setTimeout(
    () => connection.connection.stream.destroy(new Error(`no answer within ${ms} ms`)),
    ms,
  )
  try {
    const { rows } = await connection.query<Troubles & { isReadOnly: boolean }>(troubles)
    const [found] = rows
    if (!found) throw new Error('Postgres gave no answer to a question that has one')
    const { isReadOnly, ...known } = found
    if (isReadOnly) throw new Error('it is read-only and takes no writes')
    await connection.query(tryRoom)
    return known
  } finally {
    clearTimeout(timer)
    await db.client.releaseConnection(connection)
  }
}
