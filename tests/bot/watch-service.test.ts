import { createServer } from 'node:http'
import type { Client } from 'discord.js'
import { pino } from 'pino'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { readBotConfig } from '../../bot/config.ts'
import { type BotContext, ordinaryTiming } from '../../bot/context.ts'
import { watchService } from '../../bot/service/watch-service.ts'
import { createTranslations } from '../../texts/translate.ts'
import { waitUntil } from '../_support/world.ts'

const start = Date.UTC(2026, 0, 5, 9)

afterEach(() => vi.restoreAllMocks())

const answers = {
  'gives no answer that can be read': 'Bad Gateway',
  'says that no worker lives': JSON.stringify({ status: 'ready', checks: { workers: 'down' } }),
  'says that it can’t serve': JSON.stringify({ status: 'unavailable', checks: {} }),
}

/** The watcher with the bot's own patience, on a clock that the test moves; it only asks more often than in earnest. */
async function watching(answer: string) {
  let now = start
  // Vitest's own fake clock moves on while a test waits.
  vi.spyOn(Date, 'now').mockImplementation(() => now)
  let asked = 0
  const api = createServer((_request, response) => {
    asked += 1
    response.end(answer)
  })
  await new Promise<void>((resolve) => {
    api.listen(0, '127.0.0.1', resolve)
  })
  const address = api.address()
  const told: string[] = []
  const rest = {
    get: async () => [],
    post: async (_path: string, { body }: { body: { content: string } }) => {
      told.push(body.content)
      return { id: String(told.length) }
    },
  }
  const stopping = new AbortController()
  const config = readBotConfig({
    API_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    SERVICE_TOKEN: 'x'.repeat(32),
    DISCORD_TOKEN: 'a.token.for-tests',
    DISCORD_APPLICATION_ID: '200000000000000001',
    DISCORD_GUILD_ID: '300000000000000001',
    DISCORD_ALERT_CHANNEL_ID: '400000000000000001',
  })
  const context: Pick<BotContext, 'client' | 'config' | 'texts' | 'timing' | 'log' | 'stopping'> = {
    client: { rest, guilds: { cache: new Map() }, user: { id: '1' } } as unknown as Client,
    config,
    texts: createTranslations({ escape: (value) => value, command: (name) => name }),
    timing: { ...ordinaryTiming, askEveryMs: 1 },
    log: pino({ level: 'silent' }),
    stopping: stopping.signal,
  }
  const watched = watchService(context as BotContext)
  onTestFinished(async () => {
    stopping.abort()
    await watched
    api.close()
  })
  /** Lets the clock show so many seconds since the start, until the watcher has looked at it. */
  const at = async (seconds: number) => {
    now = start + seconds * 1000
    const before = asked
    await waitUntil('it has looked', async () => (asked >= before + 3 ? true : null))
    return told.length
  }
  await at(0)
  return { at }
}

it.each([
  ['gives no answer that can be read', 60],
  // The API itself waits for half a minute before it says so.
  ['says that no worker lives', 30],
  ['says that it can’t serve', 180],
] as const)('an API that %s is told of after %d seconds, and not before', async (how, seconds) => {
  const { at } = await watching(answers[how])
  expect(await at(seconds - 1)).toBe(0)
  expect(await at(seconds)).toBe(1)
  expect(await at(seconds + 600)).toBe(1)
})
