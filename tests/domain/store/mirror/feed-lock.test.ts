import { expect, it } from 'vitest'
import { whileOnlyOne } from '../../../../domain/store/mirror/feed-lock.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
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
