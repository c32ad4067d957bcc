import { Events, type Client } from 'discord.js'
import { expect, test } from 'vitest'
import { channelId, clientFor, guildId, standInForTest, token } from './test-bot.ts'

async function loggedIn(client: Client): Promise<void> {
  const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()))
  await client.login(token)
  await ready
}

const identify = { op: 2, d: { token, intents: 1 } }

test('a bot logs in and finds its server, channels and roles', async () => {
  const standIn = await standInForTest()
  const client = clientFor(standIn)
  await loggedIn(client)
  await standIn.waitForBot()
  const guild = client.guilds.cache.get(guildId)
  expect(client.user?.username).toBe('guildpost')
  expect(guild?.channels.cache.get(channelId)?.name).toBe('general')
  expect(guild?.roles.cache.map(({ name }) => name)).toContain('verified')
  expect(standIn.connectedBots).toBe(1)
})

test('a wrong token is refused by the API and by the gateway', async () => {
  const standIn = await standInForTest()
  await expect(clientFor(standIn).login('wrong')).rejects.toThrow('invalid token')

  const socket = new WebSocket(`ws://127.0.0.1:${standIn.port}?v=10&encoding=json`)
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code))
  })
  socket.addEventListener('message', () =>
    socket.send(JSON.stringify({ op: 2, d: { token: 'wrong', intents: 1 } })),
  )
  expect(await closed).toBe(4004)
})

test.for<[what: string, code: number, sent: object[]]>([
  ['who says something before who they are', 4003, [{ op: 3, d: {} }]],
  ['who says twice who they are', 4005, [identify, identify]],
  ['who says what the gateway does not know', 4001, [identify, { op: 99 }]],
  ['who says more than 120 things in a minute', 4008, Array.from({ length: 121 }, () => ({ op: 1 }))],
])('%s is cut off with %i', async ([, code, sent]) => {
  const standIn = await standInForTest()
  const socket = new WebSocket(`ws://127.0.0.1:${standIn.port}?v=10&encoding=json`)
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', (event) => resolve(event.code))
  })
  socket.addEventListener('open', () => {
    for (const payload of sent) socket.send(JSON.stringify(payload))
  })
  expect(await closed).toBe(code)
})

test('after a dropped socket the bot resumes and hears what it missed', async () => {
  const standIn = await standInForTest()
  const client = clientFor(standIn)
  const joined: string[] = []
  client.on(Events.GuildMemberAdd, ({ user }) => joined.push(user.username))
  await loggedIn(client)
  const resumed = new Promise<number>((resolve) => {
    client.once(Events.ShardResume, (_shard, replayed) => resolve(replayed))
  })
  standIn.dropGateway()
  await expect.poll(() => standIn.connectedBots).toBe(0)
  standIn.addUser({ id: '600000000000000001', username: 'alice' })
  expect(await resumed).toBeGreaterThan(0)
  expect(joined).toEqual(['alice'])
})

test('a session that is gone is not resumed: the bot begins a new one', async () => {
  const standIn = await standInForTest()
  // Without a throttle of its own the client would wait five seconds between two identifies.
  const client = clientFor(standIn, {
    ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) },
  })
  await loggedIn(client)
  const again = new Promise<void>((resolve) => client.once(Events.ShardReady, () => resolve()))
  standIn.dropGateway({ resumable: false })
  await again
  expect(standIn.connectedBots).toBe(1)
})

test('a gateway that falls silent is noticed by its missing heartbeats', async () => {
  const standIn = await standInForTest({ heartbeatIntervalMs: 200 })
  const client = clientFor(standIn)
  await loggedIn(client)
  const seen: string[] = []
  client.on(Events.ShardReconnecting, () => seen.push('lost'))
  client.on(Events.ShardResume, () => seen.push('resumed'))
  standIn.freezeGateway(true)
  await expect.poll(() => seen, { timeout: 10_000 }).toContain('lost')
  standIn.freezeGateway(false)
  await expect.poll(() => seen, { timeout: 10_000 }).toContain('resumed')
}, 20_000)

test('Discord goes away and comes back, and the bot with it', async () => {
  const standIn = await standInForTest()
  await loggedIn(clientFor(standIn))
  await standIn.goAway()
  await expect(fetch(`${standIn.url}/gateway/bot`)).rejects.toThrow('fetch failed')
  await standIn.comeBack()
  await standIn.waitForBot()
  expect(standIn.connectedBots).toBe(1)
}, 20_000)

test('waiting for a bot that never comes ends with a reason', async () => {
  const standIn = await standInForTest()
  await expect(standIn.waitForBot({ deadlineMs: 50 })).rejects.toThrow('No bot has connected')
})
