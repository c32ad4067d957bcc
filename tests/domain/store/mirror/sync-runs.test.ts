import { expect, it, vi } from 'vitest'
import { openDatabase } from '../../../../domain/store/database.ts'
import { endRun, startRun } from '../../../../domain/store/mirror/sync-runs.ts'
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
