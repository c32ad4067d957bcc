import { expect, test } from 'vitest'
import { tellOfExhaustedPool } from '../../api/tell-of-exhausted-pool.ts'
import { openDatabase, rows } from '../../domain/store/database.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase, runSql } from '../_support/servers.ts'
import { testLog } from '../_support/world.ts'

test('admins are told when requests wait for a connection, by one that is not of the pool, and when they don’t any more', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 2 })
  const watch = tellOfExhaustedPool(db, {
    databaseUrl: url,
    alertTo: { channelId: '400000000000000002', mailTo: null },
    alertAfterS: 1,
    log: testLog,
  })
  cleanUpAfter(t, async () => {
    await watch.stop()
    await db.destroy()
  })
  const incidents = () =>
    runSql<{ state: string; text: string }>(url, `select state, words ->> 'text' as text from incident`)
  const asks = (seconds: number) =>
    Promise.allSettled([1, 2, 3].map(() => rows(db, 'select pg_sleep(:seconds)', { seconds })))

  // Shorter than what is worth an alert.
  await asks(0.2)
  expect(await incidents()).toEqual([])

  const asking = asks(4)
  await expect.poll(incidents, { timeout: 6000 }).toHaveLength(1)
  const [told] = await incidents()
  expect(told).toMatchObject({
    state: 'open',
    text: expect.stringMatching(/The api uses all of its 2 connections, and 1 request waits/),
  })
  expect(await runSql(url, `select destination_id from notice`)).toEqual([
    { destination_id: '400000000000000002' },
  ])
  await asking
  await expect.poll(incidents).toMatchObject([{ state: 'resolved' }])
})
