import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { Routes } from 'discord.js'
import { Value } from 'typebox/value'
import { expect, onTestFinished, test } from 'vitest'
import { pino } from 'pino'
import { startBot } from '../../bot/bot.ts'
import { commands } from '../../bot/commands/index.ts'
import { ordinaryTiming } from '../../bot/context.ts'
import { button, row } from '../../bot/discord/components.ts'
import { describeCommand } from '../../bot/discord/describe-command.ts'
import { isRegistered } from '../../bot/discord/register-commands.ts'
import type { Command } from '../../bot/turn.ts'
import { BotLease } from '../../domain/contracts/bot.ts'
import { MixedEnvironments } from '../../domain/contracts/mixed-environments.ts'
import { acknowledgeWithinMs, tokenLifeMs } from '../../sandbox/discord/interaction-times.ts'
import { freePort } from '../../sandbox/free-port.ts'
import { problem } from './_api.ts'
import { applicationId, guildId, says, tellStory, token } from './_bot.ts'

const silent = pino({ level: 'silent' })

test('commands are registered for the server once, and again only when something changed', async () => {
  const { standIn, bot, config } = await tellStory()
  expect(standIn.commands.map(({ name }) => name).toSorted()).toEqual(
    commands.map(({ name }) => name).toSorted(),
  )
  expect(standIn.commands.every(({ guild_id }) => guild_id === guildId)).toBe(true)
  expect(standIn.commands.find(({ name }) => name === 'link')?.description_localizations).toEqual({
    'zh-TW': '把你的 Discord 帳號連結到目錄帳號',
    'zh-CN': '把你的 Discord 帳號連結到目錄帳號',
  })
  await bot.stop()
  const same = await startBot(config, { log: silent })
  await same.stop()
  expect(standIn.commandWrites).toBe(1)
  const fewer = await startBot(config, { log: silent, commands: [broken] })
  await fewer.stop()
  expect(standIn.commandWrites).toBe(2)
})

const option = { type: 3 as const, name: 'list', description: 'Its name' }
const known = {
  type: 1 as const,
  name: 'go',
  description: 'Go',
  description_localizations: { 'zh-TW': '去' },
  options: [option],
}

test('what Discord adds to a command, or leaves out, is no change of it', () => {
  const channels = { type: 7 as const, name: 'where', description: 'Where', required: false }
  const wanted = { ...known, options: [option, { ...channels, channel_types: [0, 5] }] }
  const { type: _, ...bare } = known
  const asDiscordHasIt = {
    ...bare,
    id: '1',
    version: '2',
    nsfw: false,
    contexts: null,
    name_localizations: null,
    options: [option, { type: 7, name: 'where', description: 'Where', channel_types: [5, 0] }],
  }
  expect(isRegistered([asDiscordHasIt], [wanted])).toBe(true)
})

test.for<[what: string, changed: Parameters<typeof isRegistered>[1][number]]>([
  ['a description', { ...known, description: 'Go there' }],
  ['a description in Chinese', { ...known, description_localizations: { 'zh-TW': '走' } }],
  ['a name in Chinese', { ...known, name_localizations: { 'zh-TW': '去' } }],
  ['who sees it', { ...known, default_member_permissions: '8' }],
  ['an option more', { ...known, options: [option, { ...option, name: 'other' }] }],
  ['an option that is required', { ...known, options: [{ ...option, required: true }] }],
  ['an option that is completed', { ...known, options: [{ ...option, autocomplete: true }] }],
  ['the longest value', { ...known, options: [{ ...option, max_length: 64 }] }],
  ['a choice', { ...known, options: [{ ...option, choices: [{ name: 'News', value: 'news' }] }] }],
  ['a kind of option', { ...known, options: [{ ...option, type: 7, channel_types: [0] }] }],
])('%s that is new is registered', ([, changed]) => {
  expect(isRegistered([known], [changed])).toBe(false)
  expect(isRegistered([changed], [changed])).toBe(true)
})

const inChannels = (channel_types: (0 | 5)[]) => ({
  ...known,
  options: [{ ...option, type: 7 as const, channel_types }],
})

test('a kind of channel that is new is registered', () => {
  expect(isRegistered([inChannels([0])], [inChannels([0, 5])])).toBe(false)
})

const broken: Command = {
  name: 'help',
  definition: (texts) => describeCommand(texts, 'help'),
  run: () => Promise.reject(new Error('the handler is broken')),
}

test('a handler that throws: an apology with the number, never thinking for ever', async () => {
  const { standIn, alice, mei, logged } = await tellStory({ bot: { commands: [broken] } })
  const handle = await standIn.slash(alice, 'help')
  await expect(handle).toSay(
    `Sorry, something broke on my side. Please try again; if it happens again, give your admins this number:\n-# ${handle.id}`,
  )
  await expect(await standIn.slash(mei, 'help')).toSay('抱歉')
  expect(logged.join('')).toContain('the handler is broken')
})

test('a button of an older bot: says so, and leaves the message alone', async () => {
  const { standIn, bot, alice, config } = await tellStory()
  const handle = await standIn.slash(alice, 'unlink')
  const asked = await handle.settled()
  await bot.stop()
  const newer = await startBot(config, { log: silent, commands: [broken] })
  onTestFinished(() => newer.stop())
  const press = await standIn.press(alice, asked, 'unlink:confirm')
  await expect(press).toSay('I no longer know this button')
  expect(press.ephemeral).toBe(true)
  expect(handle.reply?.content).toBe(asked.content)
})

test('a command of an older bot: says so, without a word about buttons', async () => {
  const { standIn, bot, alice, mei } = await tellStory()
  const body = [{ name: 'forgotten', description: 'What an older bot could do' }]
  await bot.client.rest.put(Routes.applicationGuildCommands(applicationId, guildId), { body })
  await expect(await standIn.slash(alice, 'forgotten')).toSay('I don’t know this command any more')
  await expect(await standIn.slash(mei, 'forgotten')).toSay('這個指令已經失效')
})

test('outside of its server the bot serves nobody', async () => {
  const { standIn, api, bot, alice } = await tellStory()
  const components = [row(button('subscriptions:show', 'Show my lists'))]
  await bot.client.users.send(alice.id, { content: 'A direct message', components })
  const [message] = standIn.dmsOf(alice.id)
  if (!message) throw new Error('there is no direct message')
  const press = await standIn.press(alice, message, 'subscriptions:show')
  await expect(press).toSay('I only work in the server that I belong to')
  expect(api.calls).toEqual([])
})

test('commands that it left in another server are not served, nor completed: said to who typed, alone', async () => {
  const { standIn, api, config, alice, mei } = await tellStory()
  config.discord.guildId = '300000000000000009'
  const typed = await standIn.slash(alice, 'subscribe', { list: 'news' })
  expect((await says(typed, 'I only work in the server that I belong to')).flags).toBe(64)
  await expect(await standIn.slash(mei, 'subscribe', { list: 'news' })).toSay('我只在')
  expect(await standIn.autocomplete(alice, 'subscribe', 'list', 'n')).toEqual([])
  expect(api.calls).toEqual([])
})

test('a server that it is not in: the start ends with the way to invite it', async () => {
  const elsewhere = { token, applicationId, guildId: '300000000000000009', alertChannelId: undefined }
  const { standIn, config } = await tellStory()
  const discord = { ...elsewhere, apiUrl: standIn.url }
  await expect(startBot({ ...config, discord }, { log: silent })).rejects.toThrow(
    `The bot is not in the server 300000000000000009. Invite it: https://discord.com/oauth2/authorize?client_id=${applicationId}&`,
  )
})

test('a server that there is not: the same way', async () => {
  const { standIn, config } = await tellStory()
  const answer = { status: 404, body: { code: 10_004, message: 'Unknown Guild' } }
  standIn.script({ method: 'GET', path: /^\/applications\//, times: 1, answer })
  await expect(startBot(config, { log: silent })).rejects.toThrow(`The bot is not in the server ${guildId}.`)
})

test.for([
  ['there is none of that id', 404, 10_002],
  ['it is somebody else’s', 403, 20_012],
] as const)(
  'an application that is not the token’s (%s): the start ends with what to correct',
  async ([, status, code]) => {
    const { standIn, config } = await tellStory()
    const answer = { status, body: { code, message: 'No' } }
    standIn.script({ method: 'GET', path: /^\/applications\//, times: 1, answer })
    await expect(startBot(config, { log: silent })).rejects.toThrow(
      `DISCORD_APPLICATION_ID (${applicationId}) is not the application to which DISCORD_TOKEN belongs.`,
    )
  },
)

test('taken out of its server while it runs, it says how to invite it; back there, it has its commands again', async () => {
  const { standIn, alice, logged } = await tellStory()
  const names = standIn.commands.map(({ name }) => name)
  standIn.removeBot()
  await expect.poll(() => logged.join('')).toContain(`Invite it: https://discord.com/oauth2/authorize`)
  expect(standIn.commands).toEqual([])
  standIn.inviteBot()
  const registered = () => logged.filter((line) => line.includes('commands are registered')).length
  await expect.poll(registered).toBe(2)
  expect(standIn.commands.map(({ name }) => name)).toEqual(names)
  const handle = await standIn.slash(alice, 'help')
  const { content } = await says(handle, 'I keep the mailing lists')
  const whoami = standIn.commands.find(({ name }) => name === 'whoami')
  expect(content).toContain(`</whoami:${whoami?.id}>`)
})

test('a reply that is too old to be edited is no reason to end', async () => {
  const { standIn, bot, alice, logged } = await tellStory()
  const tooOld = { status: 401, body: { code: 50_027, message: 'Invalid Webhook Token' } }
  standIn.script({ method: 'PATCH', path: /original$/, times: 1, answer: tooOld })
  await standIn.slash(alice, 'help')
  await expect.poll(() => logged.join('')).toContain('left without an answer')
  let isLost = false
  void bot.lost.then(() => (isLost = true))
  await expect(await standIn.slash(alice, 'help')).toSay('I keep the mailing lists')
  expect(isLost).toBe(false)
})

test('an API that can’t say at the start whose bot it is, and says later that it is another one’s, ends it', async () => {
  const { api, bot, config } = await tellStory()
  await bot.stop()
  api.script('POST', /^\/bot$/, problem('UNAVAILABLE'))
  api.script('POST', /^\/bot$/, problem('CONFLICT', { reason: 'OTHER_INSTALLATION' }), Infinity)
  const stranger = await startBot(config, { log: silent })
  onTestFinished(() => stranger.stop())
  expect(await stranger.lost).toBeInstanceOf(MixedEnvironments)
})

test('what it waits for is within what Discord and the API allow', () => {
  const { completeWithinMs, followForMs, letOthersFirstMs, longWaitS, quickWaitS } = ordinaryTiming
  // Half of the time is for the way there and back.
  expect(completeWithinMs).toBeLessThanOrEqual(acknowledgeWithinMs / 2)
  expect(letOthersFirstMs).toBeLessThanOrEqual(acknowledgeWithinMs / 2)
  expect(followForMs).toBeLessThan(tokenLifeMs)
  expect(Math.max(quickWaitS, longWaitS)).toBeLessThanOrEqual(25)
})

test('where a bot was killed another one answers within twenty seconds, and none is replaced because three renewals failed', () => {
  const { leaseMs, renewLeaseEveryMs, askForLeaseEveryMs } = ordinaryTiming
  expect(Value.Check(BotLease, { token: randomUUID(), forMs: leaseMs })).toBe(true)
  expect(leaseMs + askForLeaseEveryMs).toBeLessThan(20_000)
  // The fourth one still has time for its answer.
  expect(leaseMs).toBeGreaterThan(3 * renewLeaseEveryMs + 2_000)
})

test('ending while an outcome is waited for: the reply says how it will come', async () => {
  const { standIn, api, bot, alice, mei } = await tellStory()
  api.model.outcome = null
  const waiting = await standIn.slash(alice, 'subscribe', { list: 'news' })
  await expect(waiting).toSay('Accepted')
  const chinese = await standIn.slash(mei, 'unsubscribe', { list: 'chess' })
  await expect(chinese).toSay('已受理')
  await bot.stop()
  await expect(waiting).toSay('I’ll let you know by message or mail')
  await expect(chinese).toSay('我會用訊息或電子郵件通知你')
  expect(standIn.connectedBots).toBe(0)
})

test('Discord makes the bot wait: the log says what for and how long, and no token', async () => {
  const { standIn, bot, logged } = await tellStory()
  const limited = { status: 429, body: { retry_after: 6 }, headers: { 'retry-after': '6' } }
  standIn.script({ method: 'PATCH', path: /^\/webhooks\//, times: 1, answer: limited })
  const edit = Routes.webhookMessage(applicationId, 'a-secret-token')
  // That it waits is all that matters.
  bot.client.rest.patch(edit, { auth: false, body: { content: 'Late' } }).catch(() => undefined)
  await expect.poll(() => logged.join('')).toMatch(/"waitS":\d+,.*Discord makes the bot wait/)
  expect(logged.join('')).not.toContain('a-secret-token')
})

test('a token that Discord no longer accepts ends the bot, with a sentence', async () => {
  const { standIn, bot, alice, config } = await tellStory()
  await expect(
    startBot({ ...config, discord: { ...config.discord, token: 'another.wrong.token' } }, { log: silent }),
  ).rejects.toThrow('Discord does not accept DISCORD_TOKEN')
  standIn.script({ method: 'GET', path: /^\/gateway\/bot$/, times: 1, answer: { status: 401 } })
  await expect(bot.client.rest.get('/gateway/bot')).rejects.toThrow('401')
  expect((await bot.lost).message).toContain('Discord does not accept DISCORD_TOKEN any more')
  await standIn.slash(alice, 'help')
})

test('the gateway drops: the bot is back and answers what it missed', async () => {
  const { standIn, alice } = await tellStory()
  standIn.dropGateway()
  await expect.poll(() => standIn.connectedBots).toBe(0)
  const handle = await standIn.slash(alice, 'help')
  await expect(handle).toSay('I keep the mailing lists')
})

test('health: 200 while the gateway’s heart beats, 503 when it falls silent', async () => {
  const healthPort = await freePort()
  const { standIn } = await tellStory({
    config: { healthPort },
    standIn: { heartbeatIntervalMs: 100 },
    bot: { heartbeatMaxAgeMs: 1_000 },
  })
  const status = async (path = '/healthz') => (await fetch(`http://127.0.0.1:${healthPort}${path}`)).status
  expect(await status()).toBe(200)
  expect(await status('/other')).toBe(404)
  standIn.freezeGateway(true)
  await expect.poll(() => status()).toBe(503)
  standIn.freezeGateway(false)
  await expect.poll(() => status(), { timeout: 25_000 }).toBe(200)
})

test('a health port that is taken ends the start with a sentence', async () => {
  const port = await freePort()
  const taken = createServer()
  await new Promise<void>((resolve) => void taken.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void taken.close())
  await expect(tellStory({ config: { healthPort: port } })).rejects.toThrow(/HEALTH_PORT \d+: .*EADDRINUSE/)
})
