import { describe, expect, it, vi } from 'vitest'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import {
  endRun,
  failAbandonedRuns,
  startRun,
  takeQueuedRun,
  wasFullyRead,
} from '../../../../domain/store/mirror/sync-runs.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase, runSql } from '../../../_support/servers.ts'

const nothing = {
  people: { seen: 0, written: 0, gone: 0 },
  lists: { seen: 0, written: 0, gone: 0, nameTaken: [] },
  differences: [],
}

it('a read began and ended by one clock, however wrong that of its worker is', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 1 })
  cleanUpAfter(t, () => db.destroy())
  for (const hours of [-1, 1]) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * 3_600_000 })
    try {
      await endRun(db, await startRun(db, 'full'), 'done', nothing)
    } finally {
      vi.useRealTimers()
    }
  }
  const runs = `select 1 from sync_run where started_at between created_at and ended_at`
  expect(await runSql(url, runs)).toHaveLength(2)
})

describe('all of the directory was read', () => {
  const run = { mode: 'full', dryRun: false, state: 'done', minutesAgo: 1 }

  it.each([
    [true, 'within the hour', {}],
    [false, 'longer ago', { minutesAgo: 61 }],
    [false, 'on trial only', { dryRun: true }],
    [false, 'by versions only', { mode: 'incremental' }],
    [false, 'not to its end', { state: 'failed' }],
  ])('%s where that was %s', async (isSo, _, how) => {
    const { url } = await createTestDatabase()
    const db = openDatabase(url, { poolMax: 1 })
    cleanUpAfter(undefined, () => db.destroy())
    await rows(
      db,
      `insert into sync_run (id, mode, dry_run, state, started_at, ended_at)
       values (gen_random_uuid(), :mode, :dryRun, :state, now(), now() - make_interval(mins => :minutesAgo))`,
      { ...run, ...how },
    )
    expect(await wasFullyRead(db, 3600)).toBe(isSo)
  })
})

it('what somebody asked for first is read first, and a run that ended stays as it ended', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 1 })
  cleanUpAfter(t, () => db.destroy())
  await rows(
    db,
    `insert into sync_run (id, mode, dry_run, created_at) select gen_random_uuid(), 'full', dry_run, at
     from (values (false, now()), (true, now() - interval '1 minute')) as asked (dry_run, at)`,
  )
  const first = await takeQueuedRun(db)
  expect(first).toMatchObject({ dryRun: true })
  // Somebody else takes its reader for dead.
  await failAbandonedRuns(db)
  if (first) await endRun(db, first, 'done', nothing)
  expect(await rows(db, 'select dry_run, state from sync_run order by created_at')).toEqual([
    { dryRun: true, state: 'failed' },
    { dryRun: false, state: 'queued' },
  ])
})
