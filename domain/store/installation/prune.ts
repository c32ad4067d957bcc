import { type Database, rows } from '../database.ts'

type Keeping = { table: string; column: string; for: string; only?: string }

/** Whoever told of it has not said that it is over. Of what has no key nothing more is ever said. */
const isOpenTopic = `(key is not null and state = 'open')`

/** Its message is told once more when that is over. */
const lasts = `(exists (select 1 from incident i where i.id = incident_id and i.state <> 'resolved')
  or exists (select 1 from topic t where t.id = topic_id and ${isOpenTopic}))`

/**
 * What outlives its use, and how long it is kept. Changes, links and the audit are kept for good. Topics and workflows come from outside, where
 * somebody may have forgotten what is open: not for ever.
 */
const keeping: readonly Keeping[] = [
  { table: 'idempotency_record', column: 'created_at', for: '24 hours' },
  { table: 'session', column: 'expires_at', for: '0 seconds' },
  // The earlier of the two; one that was never revoked has no time for that.
  { table: 'api_token', column: 'least(expires_at, revoked_at)', for: '90 days' },
  { table: 'link_attempt', column: 'expires_at', for: '30 days' },
  { table: 'sync_run', column: 'created_at', for: '90 days' },
  { table: 'mail', column: 'ended_at', for: '90 days' },
  { table: 'destination', column: 'greatest(lease_until, resume_at)', for: '1 day' },
  { table: 'topic', column: 'last_at', for: '90 days', only: `not ${isOpenTopic}` },
  { table: 'topic', column: 'last_at', for: '365 days' },
  { table: 'notice', column: 'ended_at', for: '90 days', only: `not ${lasts}` },
  // What was told is known for good, or a copy of it, which GitHub's signature fits for ever, would be told once more.
  { table: 'delivery', column: 'received_at', for: '30 days', only: 'not told' },
  { table: 'workflow', column: 'at', for: '180 days', only: 'failures = 0' },
  { table: 'workflow', column: 'at', for: '365 days' },
  { table: 'drift', column: 'at', for: '90 days' },
  { table: 'hold', column: 'ended_at', for: '90 days' },
  { table: 'incident', column: 'resolved_at', for: '90 days' },
]

/** So many rows at a time: where much has gathered, all of it at once would take longer than a statement may, each time anew. */
const atOnce = 5000

/** Deletes what has outlived its keeping time. Gives how many rows went, by table. */
export async function prune(db: Database): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {}
  for (const one of keeping)
    for (let gone = atOnce; gone === atOnce;) {
      gone = await pruneSome(db, one)
      deleted[one.table] = (deleted[one.table] ?? 0) + gone
    }
  return deleted
}

/** What somebody has in hand just now waits for the next time, and they don't wait for us. */
async function pruneSome(db: Database, { table, column, for: time, only }: Keeping): Promise<number> {
  const [found] = await rows<{ gone: number }>(
    db,
    `with pruned as (
       delete from ${table} where ctid = any(array(
         select ctid from ${table} where ${column} < now() - interval '${time}' ${only ? `and ${only}` : ''} limit ${atOnce}
         for update skip locked))
       returning 1)
     select count(*)::integer as gone from pruned`,
  )
  return found?.gone ?? 0
}
