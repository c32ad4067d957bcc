import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pino } from 'pino'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type BotOverrides, startBot } from '../../bot/bot.ts'
import { help } from '../../bot/commands/help.ts'
import type { BotConfig } from '../../bot/config.ts'
import { freePort } from '../../sandbox/free-port.ts'
import { freeze } from '../../sandbox/freeze.ts'
import { compileCache } from '../_support/compile-cache.ts'
import { discordNames, startTestDiscord } from '../_support/discord.ts'
import { startTcpProxy } from '../_support/tcp-proxy.ts'
import { waitUntil } from '../_support/world.ts'
import { addLink, addMember, markMirrorRead, serviceToken, startTestApi } from '../api/api-server.ts'
import { problem, startFakeApi } from './_api.ts'

/** The real API, which all bots of this file ask. */
const api = await startTestApi()
const apiPort = Number(new URL(await api.server.listen({ host: '127.0.0.1', port: 0 })).port)
await markMirrorRead(api)
const account = '600000000000000001'
await addLink(api, account, (await addMember(api, 'alice', { displayName: 'Alice Anderson' })).id)

beforeEach(async () => void (await api.sql('delete from turn')))

/** For those that are to keep it, however busy the machine is. */
const patient = { leaseMs: 100_000 }
const impatient = { leaseMs: 2_000, renewLeaseEveryMs: 200, askForLeaseEveryMs: 50 }

async function tellStory() {
  const discord = await startTestDiscord({}, { onTestFinished })
  const alice = discord.addUser({ id: account, username: 'alice' })
  const answer = async () => {
    const handle = await discord.slash(alice, 'help')
    await handle.until(({ content }) => content.includes('I keep the mailing lists'))
  }
  const whoami = async () => {
    const handle = await discord.slash(alice, 'whoami')
    await handle.until(({ content }) => content.includes('You’re **Alice Anderson**'))
  }
  return { discord, whoami, answer }
}

type Story = Awaited<ReturnType<typeof tellStory>>

/** A bot with a way of its own to the API, which may be cut. */
async function aBot({ discord }: Pick<Story, 'discord'>, overrides: BotOverrides = {}, more = {}) {
  let port = apiPort
  const proxy = await startTcpProxy(() => port)
  const config: BotConfig = {
    appEnv: 'dev',
    apiUrl: `http://127.0.0.1:${proxy.port}`,
    serviceToken,
    discord: { ...discordNames, apiUrl: discord.url, alertChannelId: undefined },
    hasVerifiedRole: false,
    healthPort: undefined,
    logLevel: 'debug',
    ...more,
  }
  const reach = (isThere: boolean) => {
    port = isThere ? apiPort : 9
    proxy.cut()
  }
  const lines: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const said = (words: string) => lines.filter((line) => line.includes(words)).length
  const ending = new AbortController()
  let isLost = false
  const start = () => {
    const timing = { ...impatient, ...overrides.timing }
    const starting = startBot(config, { log, signal: ending.signal, ...overrides, timing })
    onTestFinished(async () => {
      ending.abort()
      await starting.then(
        (bot) => bot.stop(),
        () => undefined,
      )
    })
    const watching = starting.then(async ({ lost }) => {
      await lost
      isLost = true
    })
    watching.catch(() => undefined)
    return starting
  }
  return {
    start,
    reach,
    said,
    /** How many interactions it began to answer. */
    heard: () => said('"msg":"asked"'),
    isLost: () => isLost,
    /** How often it has asked the API for the lease. */
    asked: () => Buffer.concat(proxy.sent).toString().split('PUT /api/v1/bot/lease').length - 1,
    untilSaid: (words: string) => waitUntil(`a bot says “${words}”`, async () => said(words) > 0 || null),
  }
}

const standsBy = 'this one stands by'

test('of two bots one answers and the other stands by, until the first one is stopped', async () => {
  const story = await tellStory()
  const { discord, whoami } = story
  const first = await aBot(story, { timing: patient })
  const healthPort = await freePort()
  const second = await aBot(story, { timing: patient, commands: [help] }, { healthPort })
  const health = async () => {
    const answer = await fetch(`http://127.0.0.1:${healthPort}/healthz`)
    return { code: answer.status, ...((await answer.json()) as object) }
  }
  const running = await first.start()
  const waiting = second.start()
  await waitUntil('it has asked again and again', async () => second.asked() > 5 || null)
  expect(second.said(standsBy)).toBe(1)
  expect(await health()).toEqual({ code: 200, status: 'standing by' })
  expect(discord.connectedBots).toBe(1)
  await whoami()
  expect([first.heard(), second.heard()]).toEqual([1, 0])
  expect(discord.commands.map(({ name }) => name)).toContain('whoami')

  await running.stop()
  await waiting
  expect(discord.commands.map(({ name }) => name)).toEqual(['help'])
  await story.answer()
  expect(second.heard()).toBe(1)
  await expect.poll(health).toEqual({ code: 200, status: 'ok' })
})

test('a bot that is cut off from the API is replaced when its lease has run out, and ends when it hears of that', async () => {
  const story = await tellStory()
  const first = await aBot(story)
  const second = await aBot(story)
  await first.start()
  const waiting = second.start()
  await second.untilSaid(standsBy)
  first.reach(false)
  await waiting
  expect(story.discord.connectedBots).toBe(2)
  expect(first.isLost()).toBe(false)
  first.reach(true)
  await expect.poll(first.isLost).toBe(true)
  const before = first.heard()
  await story.whoami()
  expect(first.heard()).toBe(before)
  expect(second.heard()).toBe(1)
  expect(second.isLost()).toBe(false)
})

test('while the API is away the bot that answers goes on, and none that stands by takes its place', async () => {
  const story = await tellStory()
  const first = await aBot(story)
  const second = await aBot(story)
  await first.start()
  void second.start().catch(() => undefined)
  await second.untilSaid(standsBy)
  first.reach(false)
  second.reach(false)
  await waitUntil('the lease has run out', async () => {
    const [out] = await api.sql(`select 1 from turn where name = 'bot' and until < now()`)
    return out ?? null
  })
  await first.untilSaid('the API does not say which bot is to answer')
  await story.answer()
  expect(story.discord.connectedBots).toBe(1)
  first.reach(true)
  await waitUntil('the lease is held again', async () => {
    const [held] = await api.sql(`select 1 from turn where name = 'bot' and until > now()`)
    return held ?? null
  })
  second.reach(true)
  await story.whoami()
  expect(first.said('the API does not say which bot is to answer')).toBe(1)
  expect([first.heard(), second.heard()]).toEqual([2, 0])
  expect([first.isLost(), second.said(standsBy)]).toEqual([false, 1])
})

test('two bots that start without the API both answer, each word once, and when it is back one of them ends', async () => {
  const story = await tellStory()
  const bots = await Promise.all([aBot(story), aBot(story)])
  for (const bot of bots) bot.reach(false)
  await Promise.all(bots.map((bot) => bot.start()))
  expect(story.discord.connectedBots).toBe(2)
  await story.answer()
  const sum = (words: string) => bots.reduce((total, bot) => total + bot.said(words), 0)
  await expect.poll(() => sum('it was acknowledged already, by another bot')).toBe(1)
  expect(sum('was left without an answer')).toBe(0)

  for (const bot of bots) bot.reach(true)
  await expect.poll(() => bots.filter((bot) => bot.isLost()).length).toBe(1)
  await story.whoami()
  expect(bots.filter((bot) => bot.heard() === 2).map((bot) => bot.isLost())).toEqual([false])
})

test('a bot that started without the API waits until the lease of one that is dead has run out, and goes on', async () => {
  const story = await tellStory()
  await api.sql(
    `insert into turn (name, token, until) values ('bot', gen_random_uuid(), now() + interval '1 hour')`,
  )
  const bot = await aBot(story, { timing: patient })
  bot.reach(false)
  await bot.start()
  bot.reach(true)
  await bot.untilSaid('another bot has the lease')
  await api.sql(`update turn set until = now()`)
  await waitUntil('it has the lease', async () => {
    const [held] = await api.sql(
      `select 1 from turn where name = 'bot' and until > now() + interval '1 minute'`,
    )
    return held ?? null
  })
  await story.whoami()
  expect(bot.isLost()).toBe(false)
})

test('an API that knows of no lease: the bot answers at once, and says so once', async () => {
  const { discord, answer } = await tellStory()
  const older = await startFakeApi()
  onTestFinished(() => older.stop())
  let asked = 0
  older.script(
    'PUT',
    /^\/bot\/lease$/,
    () => {
      asked += 1
      return problem('NOT_FOUND')
    },
    Infinity,
  )
  const bot = await aBot({ discord }, { timing: { renewLeaseEveryMs: 50 } }, { apiUrl: older.url })
  await bot.start()
  await answer()
  await waitUntil('it has asked again and again', async () => asked > 3 || null)
  expect(bot.said('this bot answers without one')).toBe(1)
})

test('a bot whose token the API refuses answers only what no other bot does', async () => {
  const story = await tellStory()
  // It hears of everything first.
  const refused = await aBot(
    story,
    { timing: { letOthersFirstMs: 1_000_000 } },
    { serviceToken: 'a-token-that-the-api-has-never-heard-of' },
  )
  await refused.start()
  await refused.untilSaid('gives no lease')
  const taken = await aBot(story, { timing: patient })
  await taken.start()
  expect(story.discord.connectedBots).toBe(2)
  await story.whoami()
  await story.whoami()
  expect([refused.heard(), taken.heard()]).toEqual([2, 2])
  expect(refused.isLost()).toBe(false)
})

test('a bot whose token the API refuses, and that is alone, apologizes', async () => {
  const { discord } = await tellStory()
  const alice = discord.addUser({ id: account, username: 'alice' })
  const timing = { letOthersFirstMs: 1 }
  const serviceToken = 'a-token-that-the-api-has-never-heard-of'
  await (await aBot({ discord }, { timing }, { serviceToken })).start()
  const handle = await discord.slash(alice, 'whoami')
  expect(await handle.until(({ content }) => content.includes('something broke on my side'))).toBeDefined()
})

test('a lease that may have been given without the bot hearing of it is given back as well', async () => {
  const { discord } = await tellStory()
  const silent = await startFakeApi()
  onTestFinished(() => silent.stop())
  const wanted: number[] = []
  silent.script(
    'PUT',
    /^\/bot\/lease$/,
    ({ body }) => {
      wanted.push((body as { forMs: number }).forMs)
      return problem('UNAVAILABLE')
    },
    Infinity,
  )
  const bot = await (await aBot({ discord }, {}, { apiUrl: silent.url })).start()
  await bot.stop()
  expect(wanted[0]).toBe(impatient.leaseMs)
  expect(wanted.at(-1)).toBe(0)
})

test('what comes while the lease is being given back is answered before the bot leaves', async () => {
  const { discord } = await tellStory()
  const alice = discord.addUser({ id: account, username: 'alice' })
  const slow = await startFakeApi()
  onTestFinished(() => slow.stop())
  const [givesBack, isGivenBack, isAsked, mayAnswer] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ]
  slow.script(
    'PUT',
    /^\/bot\/lease$/,
    async ({ body }) => {
      if ((body as { forMs: number }).forMs > 0) return { status: 204 }
      givesBack.resolve()
      await isGivenBack.promise
      return { status: 204 }
    },
    Infinity,
  )
  slow.script(
    'GET',
    /./,
    async () => {
      isAsked.resolve()
      await mayAnswer.promise
      return { status: 200, body: slow.model.me }
    },
    Infinity,
  )
  const bot = await (await aBot({ discord }, { timing: patient }, { apiUrl: slow.url })).start()
  const order: string[] = []
  const left = bot.stop().then(() => order.push('it left'))
  await givesBack.promise
  const handle = await discord.slash(alice, 'whoami')
  await isAsked.promise
  isGivenBack.resolve()
  let looks = 0
  await waitUntil('it is still there, however often one looks', async () => {
    expect(order).toEqual([])
    looks += 1
    return looks > 20 || null
  })
  mayAnswer.resolve()
  await handle.until(({ content }) => content !== '')
  order.push('it answered')
  await left
  expect(order).toEqual(['it answered', 'it left'])
})

const mainFile = join(import.meta.dirname, '../../bot/main.ts')

/** A bot as an operator starts it. */
function aProcess({ discord }: Story) {
  const child = spawn(process.execPath, [mainFile], {
    env: {
      ...compileCache,
      APP_ENV: 'dev',
      API_URL: `http://127.0.0.1:${apiPort}`,
      SERVICE_TOKEN: serviceToken,
      DISCORD_TOKEN: discordNames.token,
      DISCORD_APPLICATION_ID: discordNames.applicationId,
      DISCORD_GUILD_ID: discordNames.guildId,
      DISCORD_API_URL: discord.url,
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended, pid: child.pid ?? 0, said: () => said }
}

/** As if that much time had passed since the lease was asked for. */
const runOut = () => api.sql(`update turn set until = now() where name = 'bot'`)

test('a bot that was frozen is replaced, and ends with 1 once it goes on; what was answered meanwhile stays', async () => {
  const story = await tellStory()
  const frozen = aProcess(story)
  await story.discord.waitForBot({ commands: ['whoami'] })
  const second = await aBot(story, { timing: patient })
  const waiting = second.start()
  await second.untilSaid(standsBy)
  freeze(frozen.pid)
  await runOut()
  await waiting
  await story.whoami()
  expect(second.heard()).toBe(1)
  frozen.child.kill('SIGCONT')
  expect(await frozen.ended).toBe(1)
  expect(frozen.said()).toContain('another bot has the lease and answers: this one ends')
  await expect.poll(() => story.discord.connectedBots).toBe(1)
  await story.whoami()
})

test('a bot that was killed is replaced once its lease has run out', async () => {
  const story = await tellStory()
  const killed = aProcess(story)
  await story.discord.waitForBot({ commands: ['whoami'] })
  const second = await aBot(story, { timing: patient })
  const waiting = second.start()
  await second.untilSaid(standsBy)
  killed.child.kill('SIGKILL')
  await killed.ended
  await runOut()
  await waiting
  await story.whoami()
  expect(second.heard()).toBe(1)
})

test('SIGTERM while it stands by: ends with 0, and the one that answers is left alone', async () => {
  const story = await tellStory()
  const first = await aBot(story, { timing: patient })
  await first.start()
  const second = aProcess(story)
  await waitUntil('it stands by', async () => second.said().includes(standsBy) || null)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
  expect(second.said()).not.toContain('can’t go on')
  await story.whoami()
  expect(first.isLost()).toBe(false)
})
