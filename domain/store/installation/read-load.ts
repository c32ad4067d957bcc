import { type Database, rows } from '../database.ts'
import { mirrorAgeS } from '../mirror/directory-age.ts'
import { waitingWork } from './waiting-work.ts'

/** What waits, and how old what we know is; seconds by the database's clock. */
export type Load = {
  awaitingApproval: number
  queued: number
  applying: number
  /** How long the change or entry that waits longest for a worker does; 0 when none does. */
  oldestDueS: number
  mailQueued: number
  messagesQueued: number
  incidentsOpen: number
  targetsPaused: number
  /** Null before the directory was read for the first time. */
  mirrorAgeS: number | null
  auditUnsealed: number
}

/** The load of the whole installation, in one small statement over open rows only. */
export async function readLoad(db: Database): Promise<Load> {
  const [load] = await rows<Load>(
    db,
    `select open.*, coalesce((select extract(epoch from now() - min(wanted_since)) from (${waitingWork}) w), 0)::float8 as "oldestDueS",
       (select count(*)::integer from mail where state = 'queued') as "mailQueued",
       (select count(*)::integer from notice where state = 'queued') as "messagesQueued",
       (select count(*)::integer from incident where state <> 'resolved' and kind <> 'requests-waiting') as "incidentsOpen",
       (select count(*)::integer from target where paused_at is not null) as "targetsPaused",
       ${mirrorAgeS} as "mirrorAgeS",
       (select count(*)::integer from audit_unsealed) as "auditUnsealed"
     from (
       select count(*) filter (where state = 'awaiting_approval')::integer as "awaitingApproval",
         count(*) filter (where state = 'queued')::integer as queued,
         count(*) filter (where state = 'applying')::integer as applying
       from change where state in ('awaiting_approval', 'queued', 'applying')) as open`,
  )
  if (!load) throw new Error('Postgres gave no row for the load')
  return load
}
