import { raw } from 'objection'
import type { SyncMode, SyncRun as PublicRun } from '../../contracts/sync-run.ts'
import { type Database, rows } from '../database.ts'
import { SyncRun } from './models.ts'
import { newId } from '../new-id.ts'
import type { Drift } from './record-drift.ts'

/** What a read of the directory did, or would have done. Members go by their ids: names are looked up when it is read. */
export type SyncReport = Omit<NonNullable<PublicRun['report']>, 'differences'> & { differences: Drift[] }

export type RunningRun = { id: string; mode: SyncMode; dryRun: boolean }

/** Opens a run that nobody queued. */
export async function startRun(db: Database, mode: SyncMode): Promise<RunningRun> {
  const dryRun = false
  const { id } = await SyncRun.query(db).insert({
    id: newId(),
    mode,
    dryRun,
    state: 'running',
    // By the clock that says when it ended, too.
    startedAt: raw('now()'),
  })
  return { id, mode, dryRun }
}

/** Takes the run that has waited longest in hand; null when none waits. */
export async function takeQueuedRun(db: Database): Promise<RunningRun | null> {
  const [run] = await rows<RunningRun>(
    db,
    `update sync_run set state = 'running', started_at = now()
     where id = (select id from sync_run where state = 'queued' order by created_at limit 1 for update skip locked)
     returning id, mode, dry_run`,
  )
  return run ?? null
}

/** Whether all of the directory was read within so many seconds. */
export async function wasFullyRead(db: Database, withinS: number): Promise<boolean> {
  const found = await rows(
    db,
    `select 1 from sync_run where state = 'done' and not dry_run and mode = 'full'
       and ended_at > now() - make_interval(secs => :withinS) limit 1`,
    { withinS },
  )
  return found.length > 0
}

/** Whether a run waits that somebody asked for, or one is to be ended that a dead worker left behind. */
export async function isRunQueued(db: Database): Promise<boolean> {
  const found = await rows(
    db,
    `select 1 from sync_run where state = 'queued' or (state = 'running'
       and not exists (select 1 from turn where name = 'sync-directory' and until > now())) limit 1`,
  )
  return found.length > 0
}

/**
 * Ends it. Only a run that was done in full makes the mirror believed. What it changed about who is on lists is on record as
 * drift; what a dry one would have changed is kept here. One that another worker took for abandoned stays failed.
 */
export async function endRun(
  db: Database,
  { id, dryRun }: RunningRun,
  state: 'done' | 'failed',
  { differences, ...report }: SyncReport,
): Promise<void> {
  await rows(
    db,
    `update sync_run set state = :state, ended_at = now(), report = :report where id = :id and state = 'running'`,
    {
      id,
      state,
      report: JSON.stringify(dryRun ? { ...report, differences } : report),
    },
  )
}

/** Runs that a dead worker left behind ended when it did. */
export async function failAbandonedRuns(db: Database): Promise<void> {
  await rows(db, `update sync_run set state = 'failed', ended_at = now() where state = 'running'`)
}
