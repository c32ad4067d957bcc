import { pino } from 'pino'
import { expect, it, onTestFinished, type TestContext } from 'vitest'
import { startBot } from '../../bot/bot.ts'
import { readBotConfig } from '../../bot/config.ts'
import type { DiscordStandInOptions } from '../../sandbox/discord/stand-in.ts'
import { runSql } from '../_support/servers.ts'
import { createSystem, type System } from '../_support/system.ts'
import { waitUntil } from '../_support/world.ts'

const alerts = '400000000000000001'
const silent = pino({ level: 'silent' })

type Standing = Partial<DiscordStandInOptions>

/** The system without its bot: that one is started here, and is less patient than in earnest. */
async function watched(t: TestContext, discord: Standing = {}) {
  const system = await createSystem(
    { discord: { channels: [{ id: alerts, name: 'alerts' }], ...discord } },
    t,
  )
  return system
}

async function bot(system: System) {
  const config = readBotConfig({ ...system.environment, DISCORD_ALERT_CHANNEL_ID: alerts })
  const started = await startBot(config, {
    log: silent,
    timing: {
      askEveryMs: 100,
      readyWithinMs: 5000,
      silentAfterMs: 500,
      idleAfterMs: 500,
      unableAfterMs: 500,
    },
  })
  onTestFinished(() => started.stop())
  return started
}

const told = ({ discord }: System) => discord.messagesIn(alerts).map(({ content }) => content)

const says = (system: System, words: RegExp) =>
  waitUntil(
    `the channel says ${words}`,
    async () => told(system).find((content) => words.test(content)) ?? null,
  )

it('tells once that the API is silent, and in the same message that it answers again', async (t) => {
  const system = await watched(t)
  const api = await system.start('api')
  await system.start('worker')
  await workerSeen(system)
  await bot(system)
  expect(told(system)).toEqual([])
  await api.stop()
  expect(await says(system, /does not answer/)).toMatch(
    /^🔌 \*\*The list service does not answer\*\*\nI have had no answer from its API since <t:\d+:T>\./,
  )
  await system.start('api')
  await says(system, /^✅ \*\*The list service answers again\*\*: it did not from <t:\d+:T> to <t:\d+:T>\.$/)
  expect(told(system)).toHaveLength(1)
})

it('tells that no worker runs, in the language of the server, and when one does again', async (t) => {
  const system = await watched(t, { preferredLocale: 'zh-TW' })
  await system.start('api')
  const worker = await system.start('worker')
  await workerSeen(system)
  await bot(system)
  await worker.stop()
  await runSql(system.databaseUrl, `update installation set worker_seen_at = now() - interval '2 minutes'`)
  expect(await says(system, /沒有工作程序在執行/)).toMatch(/^💤 \*\*沒有工作程序在執行\*\*\n/)
  await system.start('worker')
  await says(system, /^✅ \*\*工作程序恢復執行\*\*/)
  expect(told(system)).toHaveLength(1)
})

it('started anew in the middle of it, the bot tells nobody twice, and still says the end', async (t) => {
  const system = await watched(t)
  const api = await system.start('api')
  await system.start('worker')
  await workerSeen(system)
  const first = await bot(system)
  await api.stop()
  await says(system, /does not answer/)
  await first.stop()
  await bot(system)
  await system.start('api')
  await says(system, /^✅ \*\*The list service answers again/)
  expect(told(system)).toHaveLength(1)
})

it('is told once, although Discord takes it and says that it failed', async (t) => {
  const system = await watched(t)
  const api = await system.start('api')
  await system.start('worker')
  await workerSeen(system)
  await bot(system)
  system.discord.script({
    method: 'POST',
    path: /\/messages$/,
    times: 2,
    answer: { status: 500, afterAccepting: true },
  })
  await api.stop()
  await says(system, /does not answer/)
  await system.start('api')
  await says(system, /^✅ \*\*The list service answers again/)
  expect(told(system)).toHaveLength(1)
})

it('tells that the API can’t serve, as with the schema of another version', async (t) => {
  const system = await watched(t)
  await system.start('api')
  await bot(system)
  const [last] = await runSql<{ name: string }>(
    system.databaseUrl,
    'delete from schema_migration where name = (select max(name) from schema_migration) returning name',
  )
  await says(system, /^🗄️ \*\*The list service can’t serve\*\*/)
  await runSql(system.databaseUrl, 'insert into schema_migration (name) values ($1)', [last?.name])
  await system.start('worker')
  expect(await says(system, /^✅ \*\*The list service serves again/)).toMatch(/from <t:\d+:T> to <t:\d+:T>/)
})

it('says nothing about a short silence', async (t) => {
  const system = await watched(t)
  const api = await system.start('api')
  await system.start('worker')
  const config = readBotConfig({ ...system.environment, DISCORD_ALERT_CHANNEL_ID: alerts })
  const patient = await startBot(config, { log: silent, timing: { askEveryMs: 50 } })
  onTestFinished(() => patient.stop())
  await workerSeen(system)
  await api.stop()
  await waitUntil('the API is silent to others too', async () =>
    fetch(`${system.apiUrl}/readyz`).then(
      () => null,
      () => true,
    ),
  )
  await system.start('api')
  await workerSeen(system)
  expect(told(system)).toEqual([])
})

const workerSeen = (system: System) =>
  waitUntil('a worker is seen', async () => {
    const answer = await fetch(`${system.apiUrl}/readyz`)
    const { checks } = (await answer.json()) as { checks: { workers: string } }
    return checks.workers === 'up' ? true : null
  })
