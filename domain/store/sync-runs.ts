import { SyncRun } from './models.ts'
import { type Database, rows } from './database.ts'
import { newId } from './new-id.ts'

/** What a read of the directory did. */
export type SyncReport = {
  people: { seen: number; written: number; gone: number }
  lists: { seen: number; written: number; gone: number; nameTaken: string[] }
  problem?: string
}

/** Opens a run of a full read. */
export async function startRun(db: Database): Promise<string> {
  const run = await SyncRun.query(db).insert({
    id: newId(),
    mode: 'full',
    dryRun: false,
    state: 'running',
    startedAt: new Date(),
  })
  return run.id
}

/** Ends it. Only a run that was done in full makes the mirror believed. */
export async function endRun(
  db: Database,
  runId: string,
  state: 'done' | 'failed',
  report: SyncReport,
): Promise<void> {
  await rows(db, 'update sync_run set state = :state, ended_at = now(), report = :report where id = :runId', {
    runId,
    state,
    report: JSON.stringify(report),
  })
}

/** Runs that a dead worker left behind ended when it did. */
export async function failAbandonedRuns(db: Database): Promise<void> {
  await rows(db, `update sync_run set state = 'failed', ended_at = now() where state = 'running'`)
}
