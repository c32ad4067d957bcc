import { afterEach, expect, it, vi } from 'vitest'
import { connectRedis } from '../../../adapters/redis/connect-redis.ts'
import { keptAlerts, keptAlertsTable } from '../../../worker/deliver/kept-alerts.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestRedis } from '../../_support/servers.ts'
import { testLog } from '../../_support/world.ts'

const said = {
  alert: { key: 'postgres-away', kind: 'postgres-away', content: 'Away', subject: 'Away', text: 'Away' },
  saidAt: new Date('2026-11-21T20:00:00Z'),
  message: { messageId: '1', at: 1 },
} as const

afterEach(() => void vi.restoreAllMocks())

it('is left behind once whoever said it has shown nothing for ten seconds, and not as long as they do', async (t) => {
  const server = await startTestRedis(t)
  const redis = await connectRedis({ url: server.url, environment: 'dev', log: testLog })
  cleanUpAfter(t, () => redis.close())
  const kept = async () => Object.values(await redis.allIn(keptAlertsTable))
  const gone = new AbortController()
  const worker = (stopping: AbortSignal) => keptAlerts({ redis: async () => redis, stopping })
  const [teller, other] = [worker(gone.signal), worker(new AbortController().signal)]
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)

  await teller.keep(said)
  expect(await other.leftBehind()).toEqual([])
  const first = await kept()
  await expect.poll(kept, { timeout: 15_000 }).not.toEqual(first)
  now += 10_000
  expect(await other.leftBehind()).toEqual([])
  gone.abort()
  // What was on its way is there.
  await redis.healthy()
  expect(await other.leftBehind()).toEqual([])
  now += 9999
  expect(await other.leftBehind()).toEqual([])
  now += 1
  const [left] = await other.leftBehind()
  expect(left).toMatchObject(said)
  expect(await teller.leftBehind()).toEqual([])
  // Of several who find it one takes it over.
  expect([await left?.take(), await left?.take()]).toEqual([true, false])
  expect(await kept()).toEqual([])
})

it('what only a newer version knows is left to that one', async (t) => {
  const server = await startTestRedis(t)
  const redis = await connectRedis({ url: server.url, environment: 'dev', log: testLog })
  cleanUpAfter(t, () => redis.close())
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const newer = JSON.stringify({ ...said, alert: { ...said.alert, kind: 'flood' } })
  await redis.setIn(keptAlertsTable, 'newer flood', newer, 60)
  await redis.setIn(keptAlertsTable, 'odd one', '{"alerts":[]}', 60)
  await redis.setIn(keptAlertsTable, 'odd text', 'Away', 60)
  await redis.setIn(keptAlertsTable, 'gone postgres-away', JSON.stringify(said), 60)
  const worker = keptAlerts({ redis: async () => redis, stopping: new AbortController().signal })
  await worker.leftBehind()
  now += 10_000
  expect((await worker.leftBehind()).map(({ alert }) => alert.kind)).toEqual(['postgres-away'])
})
