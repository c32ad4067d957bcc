import { pino } from 'pino'
import { expect, it, type TestContext, vi } from 'vitest'
import { connectRedis, type RedisConnection } from '../../../adapters/redis/connect-redis.ts'
import { createDiscordRest, type DiscordRest } from '../../../adapters/discord-rest/create-discord-rest.ts'
import { straightAlerts } from '../../../worker/deliver/straight-alerts.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { discordNames, startTestDiscord } from '../../_support/discord.ts'
import { startTestRedis } from '../../_support/servers.ts'

const channelId = '400000000000000002'
const { token } = discordNames
const log = pino({ level: 'silent' })
const alert = {
  key: 'postgres-away',
  kind: 'postgres-away',
  content: '⚠️ **Postgres does not answer**',
  subject: 'Postgres does not answer',
  text: 'Postgres does not answer.',
} as const

/** Two workers that tell the same channel, and are told apart by the same Redis. */
async function twoWorkers(t: TestContext) {
  const redisServer = await startTestRedis(t)
  const discord = await startTestDiscord({ channels: [{ id: channelId, name: 'alerts' }] }, t)
  const redis = await connectRedis({ url: redisServer.url, environment: 'dev', log })
  cleanUpAfter(t, () => redis.close())
  const rest = createDiscordRest({ token, apiUrl: discord.url, log })
  const worker = (
    own: Partial<DiscordRest> = {},
    by: RedisConnection = redis,
    within: { deadlineMs?: number } = {},
    stopping = new AbortController().signal,
  ) =>
    straightAlerts(
      {
        redis: async () => by,
        discord: { ...rest, ...own },
        mailer: { send: async () => ({ outcome: 'refused', message: 'there is no mail' }) } as never,
        alertTo: { channelId, mailTo: null },
        log,
        stopping,
      },
      within,
    )
  return { worker, redis, rest, said: () => discord.messagesIn(channelId).map(({ content }) => content) }
}

it('what one worker could not say, another one says, which had left it to that one', async (t) => {
  const { worker, said } = await twoWorkers(t)
  const isAsked = Promise.withResolvers<void>()
  const fails = Promise.withResolvers<void>()
  const one = worker({
    sendChannelMessage: async () => {
      isAsked.resolve()
      await fails.promise
      return { outcome: 'later', retryAfterS: 1, message: 'Discord does not answer' }
    },
  })
  const other = worker()
  const failing = one.say(alert)
  await isAsked.promise
  expect(await other.say(alert)).toBe(true)
  expect(said()).toEqual([])
  fails.resolve()
  expect(await failing).toBe(false)
  expect(await other.say(alert)).toBe(true)
  expect(said()).toEqual([alert.content])
})

it('a channel that has had enough of messages for a moment is told after it', async (t) => {
  const { worker, rest, said } = await twoWorkers(t)
  let asked = 0
  const one = worker({
    sendChannelMessage: async (...message) => {
      asked += 1
      if (asked === 1) return { outcome: 'later', retryAfterS: 1, message: 'slow down', limited: 'messages' }
      return rest.sendChannelMessage(...message)
    },
  })
  expect(await one.say(alert)).toBe(true)
  expect(said()).toEqual([alert.content])
})

it('what one worker said, no other one says, however often', async (t) => {
  const { worker, said } = await twoWorkers(t)
  const [one, other] = [worker(), worker()]
  for (let times = 0; times < 3; times += 1) {
    expect(await one.say(alert)).toBe(true)
    expect(await other.say(alert)).toBe(true)
  }
  expect(said()).toEqual([alert.content])
})

it('what takes too long was not said, however often it is asked for, until it is', async (t) => {
  const { worker, redis, rest, said } = await twoWorkers(t)
  const asked: string[] = []
  const answers = Promise.withResolvers<void>()
  const one = worker(
    {
      sendChannelMessage: async (...message) => {
        asked.push(message[0])
        await answers.promise
        return rest.sendChannelMessage(...message)
      },
    },
    redis,
    { deadlineMs: 50 },
  )
  expect(await one.say(alert)).toBe(false)
  expect(await one.say(alert)).toBe(false)
  expect(said()).toEqual([])
  answers.resolve()
  await expect.poll(() => one.say(alert)).toBe(true)
  expect(said()).toEqual([alert.content])
  expect(asked).toHaveLength(1)
})

it('a worker that is gone keeps nobody from saying it for long, one that is there does while it lasts', async (t) => {
  const { worker, redis, said } = await twoWorkers(t)
  const kept: { key: string; forS: number }[] = []
  const noting = {
    ...redis,
    claim: (key: string, value: string, forS: number) => (
      kept.push({ key, forS }),
      redis.claim(key, value, forS)
    ),
    set: (key: string, value: string, forS: number) => (
      kept.push({ key, forS }),
      redis.set(key, value, forS)
    ),
  }
  const one = worker({}, noting)
  await one.say(alert)
  const claimed = kept[0]
  expect(claimed).toEqual({ key: expect.stringMatching(/^alert-said:/), forS: 180 })
  await one.say(alert)
  expect(kept.at(-1)).toEqual(claimed)
  await worker().say(alert)
  expect(said()).toHaveLength(1)
  // As Redis does after those minutes.
  await redis.delete(claimed?.key ?? '')
  await worker().say(alert)
  expect(said()).toHaveLength(2)
})

it('what a worker posted that is gone since is another one’s to look after, also where that one posted it too', async (t) => {
  const { worker, redis, said } = await twoWorkers(t)
  const gone = new AbortController()
  const one = worker({}, redis, {}, gone.signal)
  // It had no Redis when it asked whether anybody says it.
  const other = worker({}, { ...redis, claim: async () => null })
  for (const straight of [one, other]) expect(await straight.say(alert)).toBe(true)
  expect(said()).toHaveLength(2)
  gone.abort()
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  t.onTestFinished(() => void vi.restoreAllMocks())
  await redis.healthy()
  expect(await other.takeOver()).toEqual([])
  now += 10_000
  expect(await other.takeOver()).toEqual([alert.key])
  const [first, second] = one.posted().concat(other.posted())
  expect(new Set(other.posted().map(({ messageId }) => messageId))).toEqual(
    new Set([first?.messageId, second?.messageId]),
  )
  for (const { messageId } of other.posted()) other.settled(messageId)
  expect(other.posted()).toEqual([])
  expect(other.unrecorded()).toHaveLength(1)
})

it('what a worker took over that is gone since, too, is a third one’s to look after', async (t) => {
  const { worker, redis, said } = await twoWorkers(t)
  const [first, second] = [new AbortController(), new AbortController()]
  const one = worker({}, redis, {}, first.signal)
  const other = worker({}, redis, {}, second.signal)
  const third = worker()
  expect(await one.say(alert)).toBe(true)
  first.abort()
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  t.onTestFinished(() => void vi.restoreAllMocks())
  expect(await other.takeOver()).toEqual([])
  now += 10_000
  expect(await other.takeOver()).toEqual([alert.key])
  second.abort()
  expect(await third.takeOver()).toEqual([])
  now += 10_000
  expect(await third.takeOver()).toEqual([alert.key])
  expect(third.unrecorded()).toMatchObject([{ alert }])
  expect(said()).toEqual([alert.content])
})
