import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { readApiConfig } from '../../api/config.ts'
import { openContext } from '../../api/open-context.ts'
import { buildServer } from '../../api/server.ts'
import { startBot } from '../../bot/bot.ts'
import { readBotConfig } from '../../bot/config.ts'
import type { BotTiming } from '../../bot/turn.ts'
import { runSql } from '../_support/servers.ts'
import { createSystem, type System } from '../_support/system.ts'
import { testLog, waitUntil } from '../_support/world.ts'

const alerts = '400000000000000001'
const thread = '410000000000000001'

/** The system without its bot: that one is started by each test, and is less patient than in earnest. */
let system: System
let api: Running
let worker: Running
let seen: number

type Running = { stop: () => Promise<void> }

/** What the bot watches, without a process of its own: nobody could tell from outside. */
async function startApi(): Promise<Running> {
  const config = readApiConfig(system.environment)
  const context = await openContext(config, testLog)
  const server = await buildServer(context)
  const stop = async () => {
    await server.close()
    await context.close()
  }
  await context.installed
  await server.listen({ host: config.host, port: config.port })
  return { stop }
}
const startWorker = (): Promise<Running> => system.worker({}, system.environment)

beforeAll(async () => {
  system = await createSystem({
    discord: {
      channels: [{ id: alerts, name: 'alerts' }],
      threads: [{ id: thread, name: 'outages', parentId: alerts }],
    },
  })
  ;[api, worker] = await Promise.all([startApi(), startWorker()])
})
afterAll(() => api.stop())
beforeEach(async () => {
  await workerSeen()
  seen = system.discord.messagesIn(alerts).length
})

const impatient: Partial<BotTiming> = {
  askEveryMs: 100,
  readyWithinMs: 5000,
  silentAfterMs: 500,
  idleAfterMs: 500,
  unableAfterMs: 500,
}

async function bot(timing = impatient, channel = alerts) {
  const config = readBotConfig({ ...system.environment, DISCORD_ALERT_CHANNEL_ID: channel })
  const started = await startBot(config, { log: pino({ level: 'silent' }), timing })
  onTestFinished(() => started.stop())
  return started
}

const told = () =>
  system.discord
    .messagesIn(alerts)
    .slice(seen)
    .map(({ content }) => content)

const says = (words: RegExp) =>
  waitUntil(`the channel says ${words}`, async () => told().find((content) => words.test(content)) ?? null)

/** The first moment that a message names, in seconds since 1970. */
const beginning = (content: string): number => Number(/<t:(\d+):T>/.exec(content)?.[1])

const workerSeen = () =>
  waitUntil('a worker is seen', async () => {
    const answer = await fetch(`${system.apiUrl}/readyz`)
    const { checks } = (await answer.json()) as { checks: { workers: string } }
    return checks.workers === 'up' ? true : null
  })

it('tells once that the API is silent, and in the same message that it answers again', async () => {
  await bot()
  await api.stop()
  expect(await says(/does not answer/)).toMatch(
    /^🔌 \*\*The list service does not answer\*\*\nI have had no answer from its API since <t:\d+:T>\./,
  )
  api = await startApi()
  await says(/^✅ \*\*The list service answers again\*\*: it did not from <t:\d+:T> to <t:\d+:T>\.$/)
  expect(told()).toHaveLength(1)
})

it('tells that no worker runs, in the language of the server, and when one does again', async () => {
  system.discord.switchLanguage('zh-TW')
  onTestFinished(() => system.discord.switchLanguage('en-US'))
  await bot()
  await worker.stop()
  await runSql(system.databaseUrl, `update installation set worker_seen_at = now() - interval '2 minutes'`)
  expect(await says(/沒有 worker 在執行/)).toMatch(/^💤 \*\*沒有 worker 在執行\*\*\n/)
  worker = await startWorker()
  await says(/^✅ \*\*worker 恢復執行\*\*/)
  expect(told()).toHaveLength(1)
})

it('started anew in the middle of it, the bot tells nobody twice, and still says the end', async () => {
  const first = await bot()
  await api.stop()
  await says(/does not answer/)
  await first.stop()
  await bot()
  api = await startApi()
  await says(/^✅ \*\*The list service answers again/)
  expect(told()).toHaveLength(1)
})

it('names the same beginning at the end, also where it was started anew in between', async () => {
  const first = await bot()
  await api.stop()
  const began = beginning(await says(/does not answer/))
  await first.stop()
  await waitUntil('the message is older than what it tells of by a second', async () =>
    Date.now() >= (began + 2) * 1000 ? true : null,
  )
  await bot()
  api = await startApi()
  expect(beginning(await says(/^✅ \*\*The list service answers again/))).toBe(began)
})

it('does not say that a worker runs when all that is new is that the API is silent', async () => {
  await bot()
  await worker.stop()
  await runSql(system.databaseUrl, `update installation set worker_seen_at = now() - interval '2 minutes'`)
  await says(/^💤 \*\*No worker is running/)
  await api.stop()
  await says(/^🔌 \*\*The list service does not answer/)
  expect(told()).toEqual([
    expect.stringMatching(
      /^💤 \*\*No worker was running\*\* from <t:\d+:T> to <t:\d+:T>\. After that something else was wrong: see below\.$/,
    ),
    expect.stringMatching(/^🔌 \*\*The list service does not answer\*\*/),
  ])
  // The worker first: an API that answers without one would be another outage.
  worker = await startWorker()
  await waitUntil('it has shown itself', async () => {
    const seen = `select 1 from installation where worker_seen_at > now() - interval '10 seconds'`
    return (await runSql(system.databaseUrl, seen))[0] ?? null
  })
  api = await startApi()
  await says(/^✅ \*\*The list service answers again/)
  expect(told()).toHaveLength(2)
})

it('does not say that the API serves when all that is new is that it is silent', async () => {
  await bot()
  const [last] = await runSql<{ name: string }>(
    system.databaseUrl,
    'delete from schema_migration where name = (select max(name) from schema_migration) returning name',
  )
  await says(/^🗄️ \*\*The list service can’t serve/)
  await api.stop()
  await says(/^🔌 \*\*The list service does not answer/)
  expect(told()[0]).toMatch(
    /^🗄️ \*\*The list service could not serve\*\* from <t:\d+:T> to <t:\d+:T>\. After that something/,
  )
  await runSql(system.databaseUrl, 'insert into schema_migration (name) values ($1)', [last?.name])
  api = await startApi()
  await says(/^✅ \*\*The list service answers again/)
})

it('is told once, although Discord takes it and says that it failed', async () => {
  await bot()
  const answer = { status: 500, afterAccepting: true }
  system.discord.script({ method: 'POST', path: /\/messages$/, times: 2, answer })
  await api.stop()
  await says(/does not answer/)
  api = await startApi()
  await says(/^✅ \*\*The list service answers again/)
  expect(told()).toHaveLength(1)
})

it('tells that the API can’t serve, as with the schema of another version', async () => {
  await bot()
  const [last] = await runSql<{ name: string }>(
    system.databaseUrl,
    'delete from schema_migration where name = (select max(name) from schema_migration) returning name',
  )
  await says(/^🗄️ \*\*The list service can’t serve\*\*/)
  await runSql(system.databaseUrl, 'insert into schema_migration (name) values ($1)', [last?.name])
  expect(await says(/^✅ \*\*The list service serves again/)).toMatch(/from <t:\d+:T> to <t:\d+:T>/)
})

const saidInThread = () => system.discord.messagesIn(thread).map(({ content }) => content)
const threadSays = (words: RegExp) =>
  waitUntil(`the thread says ${words} at last`, async () => words.test(saidInThread().at(-1) ?? '') || null)

describe('in a thread', () => {
  it('that was archived meanwhile it opens it, and says the end in the same message', async () => {
    await bot(impatient, thread)
    const before = saidInThread().length
    await api.stop()
    await threadSays(/does not answer/)
    system.discord.editThread(thread, { archived: true })
    api = await startApi()
    await threadSays(/^✅ \*\*The list service answers again/)
    expect(saidInThread()).toHaveLength(before + 1)
    expect(system.discord.threadOf(thread).archived).toBe(false)
  })

  it('that it may not open it gives the message up, and tells of the next outage', async () => {
    await bot(impatient, thread)
    const before = saidInThread().length
    await api.stop()
    await threadSays(/does not answer/)
    // It is archived for the bot alone, and only until it has asked to open it.
    const archived = { status: 400, body: { code: 50_083, message: 'Thread is archived' } }
    const path = new RegExp(`^/channels/${thread}`)
    const refusing = system.discord.script({ method: 'PATCH', path, times: 2, answer: archived })
    onTestFinished(() => refusing())
    api = await startApi()
    await waitUntil('the end could not be said', async () => refusing.isUsedUp() || null)
    await api.stop()
    await waitUntil('it is told anew', async () => (saidInThread().length > before + 1 ? true : null))
    api = await startApi()
    await threadSays(/^✅ \*\*The list service answers again/)
    expect(saidInThread()).toHaveLength(before + 2)
  })
})

it('says nothing about a short silence', async () => {
  await bot({ askEveryMs: 50 })
  await api.stop()
  await waitUntil('the API is silent to others too', async () =>
    fetch(`${system.apiUrl}/readyz`).then(
      () => null,
      () => true,
    ),
  )
  api = await startApi()
  await workerSeen()
  expect(told()).toEqual([])
})
