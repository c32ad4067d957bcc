import { once } from 'node:events'
import { expect, it } from 'vitest'
import { whileOnlyOne } from '../../../../domain/store/mirror/feed-lock.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { startTcpProxy } from '../../../_support/tcp-proxy.ts'
import { testLog } from '../../../_support/world.ts'

it('who stops by themselves, since somebody else was at it, comes back', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true })
  const stopping = new AbortController()
  let times = 0
  const ended = whileOnlyOne(url, { stopping: stopping.signal, log: testLog }, async () => {
    times += 1
  })
  cleanUpAfter(t, async () => {
    stopping.abort()
    await ended
  })
  await expect.poll(() => times).toBeGreaterThan(1)
})

it('who hears nothing more of Postgres stops, and says why, before Postgres takes the lock from them', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true })
  const direct = new URL(url)
  const proxy = await startTcpProxy(Number(direct.port), t)
  const through = new URL(url)
  through.port = String(proxy.port)
  through.hostname = '127.0.0.1'
  const stopping = new AbortController()
  const reasons: unknown[] = []
  const ended = whileOnlyOne(through.href, { stopping: stopping.signal, log: testLog }, async (until) => {
    proxy.holdAnswersTo('select 1')
    await once(until, 'abort')
    reasons.push(until.reason)
  })
  cleanUpAfter(t, async () => {
    stopping.abort()
    await ended
  })
  await expect.poll(() => reasons, { timeout: 20_000 }).toMatchObject([{ message: 'Query read timeout' }])
})
