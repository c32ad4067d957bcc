import type { Status } from '../../contracts/status.ts'
import { type Database, rows } from '../database.ts'
import { deadLetterCount } from '../outbox/dead-letters.ts'
import { isObserving } from './note-worker.ts'
import { readLastFullRun } from '../mirror/read-sync-runs.ts'
import { readLastingIncidents } from '../incidents/read-incidents.ts'
import { readLoad } from './read-load.ts'

type Rest = {
  targets: { name: string; pausedAt: Date | null; reason: string | null }[]
  observing: boolean
  mode: Status['mirror']['mode']
  people: number
  lists: number
  holds: number
  failed: number
  sealed: number
}
type TargetRow = { name: string; paused_at: string | null; reason: string | null }

const incidentsAtMost = 20

/** How it all goes, for admins. Counts that grow with the directory are of small rows by index. */
export async function readStatus(db: Database): Promise<Status> {
  const [load, rest, lastFullRun, incidents] = await Promise.all([
    readLoad(db),
    readRest(db),
    readLastFullRun(db),
    readLastingIncidents(db, incidentsAtMost),
  ])
  return {
    changes: {
      awaitingApproval: load.awaitingApproval,
      queued: load.queued,
      applying: load.applying,
      oldestQueuedS: load.queued > 0 ? load.oldestDueS : null,
    },
    targets: rest.targets.map(({ name, pausedAt, reason }) => ({
      name,
      state: pausedAt === null ? 'up' : 'paused',
      observing: rest.observing,
      pausedAt: pausedAt?.toISOString() ?? null,
      reason,
    })),
    mirror: { ageS: load.mirrorAgeS, mode: rest.mode, people: rest.people, lists: rest.lists },
    lastFullRun,
    holds: rest.holds,
    outbox: { queued: load.mailQueued + load.messagesQueued, failed: rest.failed },
    audit: { sealed: rest.sealed, unsealed: load.auditUnsealed },
    incidentsOpen: load.incidentsOpen,
    incidents,
  }
}

async function readRest(db: Database): Promise<Rest> {
  const [found] = await rows<Omit<Rest, 'targets'> & { targets: TargetRow[] }>(
    db,
    `select
       (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'paused_at', paused_at, 'reason', reason) order by name), '[]')
        from target) as targets,
       ${isObserving} as observing,
       (select mode from feed order by base = 'lists' desc limit 1) as mode,
       (select count(*) from member)::integer - (select count(*) from member where state = 'gone')::integer as people,
       (select count(*)::integer from list where state <> 'gone' and managed) as lists,
       (select count(*)::integer from hold where state = 'waiting') as holds,
       ${deadLetterCount} as failed,
       coalesce((select max(position) from audit_seal), 0)::float8 as sealed`,
  )
  if (!found) throw new Error('Postgres gave no row for the status')
  const targets = found.targets.map(({ name, paused_at, reason }) => ({
    name,
    pausedAt: paused_at === null ? null : new Date(paused_at),
    reason,
  }))
  return { ...found, targets }
}
