import { createServer } from 'node:http'
import { type Client, DiscordAPIError } from 'discord.js'
import { pino } from 'pino'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { readBotConfig } from '../../bot/config.ts'
import { type BotContext, ordinaryTiming } from '../../bot/context.ts'
import { watchService } from '../../bot/service/watch-service.ts'
import type { BotTiming } from '../../bot/turn.ts'
import { createTranslations } from '../../texts/translate.ts'
import { waitUntil } from '../_support/world.ts'

const start = Date.UTC(2026, 0, 5, 9)

afterEach(() => vi.restoreAllMocks())

const silence = ''
const answers = {
  'takes the call and says nothing': silence,
  'gives no answer that can be read': 'Bad Gateway',
  'says that no worker lives': JSON.stringify({ status: 'ready', checks: { workers: 'down' } }),
  'is well': JSON.stringify({ status: 'ok', checks: { workers: 'up' } }),
  'says that it can’t serve': JSON.stringify({ status: 'unavailable', checks: {} }),
}

type Message = { id: string; author: { id: string }; content: string; timestamp: string }

/**
 * The watcher with the bot's own patience, on a clock that the test moves; it only asks more often than in earnest. `onTaken` is called
 * when Discord has taken a message: what it throws is all that the watcher hears of that.
 */
async function watching(
  answer: string,
  {
    onTaken = () => undefined,
    before = [],
    mayRead = true,
    timing = {},
  }: { onTaken?: () => void; before?: Message[]; mayRead?: boolean; timing?: Partial<BotTiming> } = {},
) {
  let now = start
  let said = answer
  // Vitest's own fake clock moves on while a test waits.
  vi.spyOn(Date, 'now').mockImplementation(() => now)
  let asked = 0
  const api = createServer((_request, response) => {
    asked += 1
    if (said !== silence) response.end(said)
  })
  await new Promise<void>((resolve) => {
    api.listen(0, '127.0.0.1', resolve)
  })
  const address = api.address()
  const told = [...before]
  const byNonce = new Map<string, Message>()
  const rest = {
    get: async (_path: string, { query }: { query: URLSearchParams }) => {
      if (mayRead) return told.toReversed().slice(0, Number(query.get('limit')))
      throw new DiscordAPIError({ code: 50_001, message: 'Missing Access' }, 50_001, 403, 'GET', '', {})
    },
    post: async (
      _path: string,
      { body: { content, nonce } }: { body: { content: string; nonce: string } },
    ) => {
      const known = byNonce.get(nonce)
      if (known) return known
      const timestamp = new Date(now).toISOString()
      const message = { id: `7${told.length}`, author: { id: '1' }, content, timestamp }
      told.push(message)
      byNonce.set(nonce, message)
      onTaken()
      return message
    },
    patch: async (path: string, { body: { content } }: { body: { content: string } }) => {
      const edited = told.find(({ id }) => path.endsWith(`/messages/${id}`))
      if (edited) edited.content = content
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
    timing: { ...ordinaryTiming, askEveryMs: 1, ...timing },
    log: pino({ level: 'silent' }),
    stopping: stopping.signal,
  }
  const watched = watchService(context as BotContext)
  onTestFinished(async () => {
    stopping.abort()
    await watched
    api.close()
    api.closeAllConnections()
  })
  /** Lets the clock show so many seconds since the start, until the watcher has looked at it. */
  const at = async (seconds: number) => {
    now = start + seconds * 1000
    const before = asked
    await waitUntil('it has looked', async () => (asked >= before + 3 ? true : null))
    return told.length
  }
  await at(0)
  const become = (how: keyof typeof answers) => {
    said = answers[how]
  }
  return { at, told, become }
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

it('an API that takes the call and says nothing is not waited for', async () => {
  const { at } = await watching(silence, { timing: { readyWithinMs: 20 } })
  expect(await at(59)).toBe(0)
  expect(await at(60)).toBe(1)
})

it('that it is over is said also of an outage whose message was taken without an answer', async () => {
  const { at, told, become } = await watching(answers['gives no answer that can be read'], {
    onTaken: () => {
      become('is well')
      throw new Error('socket hang up')
    },
  })
  expect(await at(60)).toBe(1)
  await expect
    .poll(() => told.map(({ content }) => content))
    .toEqual([expect.stringMatching(/^✅ \*\*The list service answers again/)])
})

it('what somebody else says in its words is not taken for its own', async () => {
  const quoted = '🔌 **The list service does not answer**\nIs it only me?'
  const before = [{ id: '6', author: { id: '2' }, content: quoted, timestamp: new Date(start).toISOString() }]
  const { at, told } = await watching(answers['gives no answer that can be read'], { before })
  expect(await at(60)).toBe(2)
  expect(told[0]?.content).toBe(quoted)
})

it('what it has told is found again below what others have said since', async () => {
  const others = Array.from({ length: 50 }, (_, at) => ({
    id: `${at}`,
    author: { id: '2' },
    content: 'Me too',
  }))
  const own = { id: '6', author: { id: '1' }, content: '🔌 **The list service does not answer**' }
  const before = [own, ...others].map((one) => ({ ...one, timestamp: new Date(start).toISOString() }))
  const { at } = await watching(answers['gives no answer that can be read'], { before })
  expect(await at(60)).toBe(before.length)
})

it('where it may not read what was said before, it tells all the same, and once', async () => {
  let isHeard = false
  const { at } = await watching(answers['gives no answer that can be read'], {
    mayRead: false,
    onTaken: () => {
      if (isHeard) return
      isHeard = true
      throw new Error('socket hang up')
    },
  })
  expect(await at(60)).toBe(1)
  expect(await at(600)).toBe(1)
})

it('one outage that another one follows is said to have lasted until that one began', async () => {
  const { at, told, become } = await watching(answers['says that no worker lives'])
  expect(await at(30)).toBe(1)
  await at(90)
  become('gives no answer that can be read')
  await at(100)
  expect(await at(160)).toBe(2)
  expect(told[0]?.content).toContain(`from <t:${start / 1000}:T> to <t:${start / 1000 + 100}:T>`)
})
