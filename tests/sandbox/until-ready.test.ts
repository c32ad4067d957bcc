import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it, type TestContext, vi } from 'vitest'
import type { Progress } from '../../sandbox/start/progress.ts'
import { untilReady } from '../../sandbox/start/until-ready.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase } from '../_support/servers.ts'

afterEach(() => void vi.restoreAllMocks())

/** Three processes that are up, of which the bot says how it is; the clock is ours. */
async function starting(t: TestContext) {
  let bot = 'standing by'
  let asked = 0
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const answering = (answer: () => string) =>
    new Promise<string>((resolve) => {
      const server = createServer((_request, response) => response.end(answer()))
      cleanUpAfter(t, () => server.close())
      server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      })
    })
  const said: string[] = []
  const progress: Progress = async (name, work, done) => {
    const result = await work()
    said.push(`${name} ${done?.(result) ?? ''}`)
    return result
  }
  const { url } = await createTestDatabase(t)
  const ready = untilReady({
    processes: [],
    urls: {
      api: await answering(() => 'ok'),
      worker: await answering(() => 'ok'),
      bot: await answering(() => ((asked += 1), bot)),
    },
    environment: { DATABASE_URL: url },
    lastWords: () => [],
    progress,
    stopping: new AbortController().signal,
  })
  const askedAgain = async () => {
    const before = asked
    await expect.poll(() => asked).toBeGreaterThan(before + 1)
  }
  return {
    ready,
    askedAgain,
    ofTheBot: () => said.filter((line) => line.startsWith('bot')),
    inDiscord: () => void (bot = 'ok'),
    passes: (seconds: number) => void (now += seconds * 1000),
  }
}

it('waits for a bot until the lease of one that was killed has run out', async (t) => {
  const start = await starting(t)
  start.passes(19)
  await start.askedAgain()
  expect(start.ofTheBot()).toEqual([])
  start.inDiscord()
  await expect.poll(() => start.ofTheBot()).toEqual([expect.stringContaining('is in Discord')])
  // The directory is not waited for for ever, either.
  start.passes(21)
  await start.ready
})

it('goes on with a bot that stands by for longer: another one answers', async (t) => {
  const start = await starting(t)
  start.passes(19)
  await start.askedAgain()
  expect(start.ofTheBot()).toEqual([])
  start.passes(21)
  await start.ready
  expect(start.ofTheBot()).toEqual([expect.stringContaining('stands by: another bot')])
})
