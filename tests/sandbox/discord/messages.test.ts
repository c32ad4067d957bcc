import { AttachmentBuilder, REST, Routes, type APIMessage } from 'discord.js'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createRateLimits } from '../../../sandbox/discord/rate-limits.ts'
import { botFor, channelId, createClock, roleId, standInForTest, token } from './test-bot.ts'

const path = Routes.channelMessages(channelId)
const alice = { id: '600000000000000001', username: 'alice' }

async function restForTest(options: Parameters<typeof standInForTest>[0] = {}) {
  const standIn = await standInForTest(options)
  const rest = new REST({ api: standIn.url }).setToken(token)
  const post = (body: unknown) => rest.post(path, { body }) as Promise<APIMessage>
  return { standIn, rest, post }
}

test('messages are posted, edited, read back newest first, and deleted', async () => {
  const { standIn, rest, post } = await restForTest()
  const first = await post({ content: 'one' })
  const second = await post({ content: 'two', embeds: [{ title: 'Two' }] })
  await rest.patch(Routes.channelMessage(channelId, first.id), { body: { content: 'one, edited' } })
  const found = (await rest.get(path, { query: new URLSearchParams({ limit: '10' }) })) as APIMessage[]
  expect(found.map(({ content }) => content)).toEqual(['two', 'one, edited'])
  await rest.delete(Routes.channelMessage(channelId, second.id))
  expect(standIn.messagesIn(channelId).map(({ content }) => content)).toEqual(['one, edited'])
  await expect(rest.get(Routes.channelMessage(channelId, second.id))).rejects.toMatchObject({ code: 10_008 })
  expect(standIn.violations).toEqual([])
})

const row = (...components: object[]) => ({ type: 1, components })
const button = { type: 2, style: 1, custom_id: 'a', label: 'A' }
const option = (value: string) => ({ label: value, value })
const select = { type: 3, custom_id: 'b', options: [option('x'), option('y')] }
const text = (content: string) => ({ type: 10, content })
const containerOf = (count: number) => ({
  type: 17,
  components: Array.from({ length: count }, () => text('x')),
})

test.for([
  ['2,001 characters', { content: 'x'.repeat(2001) }, 'content'],
  ['a long embed title', { embeds: [{ title: 'x'.repeat(257) }] }, 'embeds.0.title'],
  [
    '6,001 characters over all embeds',
    { embeds: [1, 2].map(() => ({ description: 'x'.repeat(3001) })) },
    'embeds',
  ],
  [
    'an empty field of an embed',
    { embeds: [{ fields: [{ name: 'a', value: '' }] }] },
    'embeds.0.fields.0.value',
  ],
  [
    'a long label',
    { components: [row({ ...button, label: 'x'.repeat(81) })] },
    'components.0.components.0.label',
  ],
  [
    'six buttons in a row',
    { components: [row(...[1, 2, 3, 4, 5, 6].map((id) => ({ ...button, custom_id: `${id}` })))] },
    'components.0.components',
  ],
  ['one custom_id twice', { components: [row(button, button)] }, 'components'],
  [
    'six rows',
    { components: [1, 2, 3, 4, 5, 6].map((id) => row({ ...button, custom_id: `${id}` })) },
    'components',
  ],
  ['text components without their flag', { components: [{ type: 10, content: 'x' }] }, 'components'],
  [
    'content beside the flag',
    { flags: 1 << 15, content: 'x', components: [{ type: 10, content: 'x' }] },
    'content',
  ],
  ['an embed with nothing to see', { embeds: [{ color: 1 }] }, 'embeds.0.description'],
  [
    'a button without a label',
    { components: [row({ type: 2, style: 1, custom_id: 'a' })] },
    'components.0.components.0',
  ],
  [
    'a button that leads nowhere',
    { components: [row({ type: 2, style: 5, label: 'A' })] },
    'components.0.components.0.url',
  ],
  [
    'a button that nobody hears of',
    { components: [row({ type: 2, style: 1, label: 'A' })] },
    'components.0.components.0.custom_id',
  ],
  ['a menu beside a button', { components: [row(button, select)] }, 'components.0'],
  [
    'one value twice in a menu',
    { components: [row({ ...select, options: [option('x'), option('x')] })] },
    'components.0.components.0.options',
  ],
  [
    '26 values in a menu',
    { components: [row({ ...select, options: Array.from({ length: 26 }, (_, n) => option(`${n}`)) })] },
    'components.0.components.0.options',
  ],
  [
    'a menu to choose more from than it has',
    { components: [row({ ...select, max_values: 3 })] },
    'components.0.components.0.max_values',
  ],
  [
    'a menu to choose more from than one may',
    { components: [row({ ...select, min_values: 2 })] },
    'components.0.components.0.min_values',
  ],
  ['41 components', { flags: 1 << 15, components: [containerOf(20), containerOf(19)] }, 'components'],
  [
    '4,001 characters in text components',
    { flags: 1 << 15, components: [text('x'.repeat(2000)), text('x'.repeat(2001))] },
    'components',
  ],
  ['a long nonce', { content: 'x', nonce: 'x'.repeat(26) }, 'nonce'],
  [
    'mentions allowed twice over',
    { content: 'x', allowed_mentions: { parse: ['users'], users: [alice.id] } },
    'allowed_mentions',
  ],
] as const)('%s is refused and recorded', async ([, body, place]) => {
  const { standIn, post } = await restForTest()
  await expect(post(body)).rejects.toMatchObject({ status: 400, code: 50_035 })
  expect(standIn.violations).toMatchObject([{ request: `POST ${path}`, body }])
  expect(standIn.violations[0]?.problems).toEqual([expect.stringMatching(new RegExp(`^${place}: `))])
  expect(standIn.messagesIn(channelId)).toEqual([])
})

test('an empty message is refused', async () => {
  const { standIn, post } = await restForTest()
  await expect(post({ content: ' ' })).rejects.toMatchObject({ code: 50_006 })
  expect(standIn.violations).toHaveLength(1)
})

test('a nonce of digits or letters makes one message, however often it is sent', async () => {
  const clock = createClock()
  const { standIn, post } = await restForTest({ now: clock.now })
  for (const nonce of ['123456', 'abc']) {
    const first = await post({ content: nonce, nonce, enforce_nonce: true })
    const again = await post({ content: nonce, nonce, enforce_nonce: true })
    expect(again.id).toBe(first.id)
    expect(first.nonce).toBe(nonce)
  }
  expect(standIn.messagesIn(channelId)).toHaveLength(2)
  expect(standIn.violations).toEqual([])
  clock.advance(10 * 60_000)
  await post({ content: 'abc', nonce: 'abc', enforce_nonce: true })
  expect(standIn.messagesIn(channelId)).toHaveLength(3)
})

test('a nonce counts in its channel', async () => {
  const other = '400000000000000002'
  const { standIn, rest, post } = await restForTest({
    channels: [
      { id: channelId, name: 'general' },
      { id: other, name: 'other' },
    ],
  })
  const body = { content: 'x', nonce: 'n1', enforce_nonce: true }
  await post(body)
  await rest.post(Routes.channelMessages(other), { body })
  expect(standIn.messagesIn(other)).toHaveLength(1)
})

test('a 502 after the deed repeats the message, unless a nonce prevents it', async () => {
  const { standIn, post } = await restForTest()
  const accepted = { status: 502, afterAccepting: true }
  standIn.script({ method: 'POST', path: /messages$/, times: 1, answer: accepted })
  await post({ content: 'twice' })
  standIn.script({ method: 'POST', path: /messages$/, times: 1, answer: accepted })
  await post({ content: 'once', nonce: 'n1', enforce_nonce: true })
  expect(standIn.messagesIn(channelId).map(({ content }) => content)).toEqual(['twice', 'twice', 'once'])
})

test('a 429 is obeyed: the client waits as long as it is told', async () => {
  const { standIn, post } = await restForTest()
  const answer = { status: 429, headers: { 'retry-after': '0.3' } }
  standIn.script({ method: 'POST', path: /messages$/, times: 1, answer })
  const startedAt = performance.now()
  await post({ content: 'patient' })
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300)
  expect(standIn.messagesIn(channelId)).toHaveLength(1)
})

test('the sixth message to a channel within five seconds gets a 429 with everything that a client needs', async () => {
  const { standIn } = await restForTest()
  const send = () =>
    fetch(`${standIn.url}/v10${path}`, {
      method: 'POST',
      headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ content: 'flood' }),
    })
  for (let count = 0; count < 5; count += 1) expect((await send()).status).toBe(200)
  const refused = await send()
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({ retry_after: expect.any(Number), global: false })
  expect(Object.fromEntries(refused.headers)).toMatchObject({
    'retry-after': expect.stringMatching(/^[1-5]$/),
    'x-ratelimit-bucket': expect.any(String),
    'x-ratelimit-remaining': '0',
    'x-ratelimit-scope': 'user',
  })
})

test('each channel has a limit of its own, and all requests of a bot have one together: 50 in a second', () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1)
  onTestFinished(() => clock.mockRestore())
  const limits = createRateLimits()
  const limit = { count: 5, windowMs: 5000, per: 'channelId' }
  const route = { method: 'POST', path: '/channels/:channelId', auth: true, limit } as const
  const send = (channel: number) =>
    limits.take(
      { ...route, handle: () => ({ status: 200 }) },
      {
        method: 'POST',
        path: '',
        params: { channelId: String(channel) },
        query: new URLSearchParams(),
        body: {},
        files: [],
      },
    ).refusal
  for (let n = 0; n < 50; n += 1) expect(send(n % 10)).toBeUndefined()
  expect(send(10)).toMatchObject({ status: 429, body: { global: true }, headers: { 'retry-after': '1' } })
  clock.mockReturnValue(1002)
  expect(send(10)).toBeUndefined()
  expect(send(0)).toMatchObject({ status: 429, body: { global: false } })
})

test('a wrong token gets 401', async () => {
  const { standIn } = await restForTest()
  const rest = new REST({ api: standIn.url }).setToken('wrong')
  await expect(rest.post(path, { body: { content: 'x' } })).rejects.toMatchObject({ status: 401 })
})

test('a route that the stand-in does not have fails and is recorded', async () => {
  const { standIn, rest } = await restForTest()
  await expect(rest.get('/voice/regions')).rejects.toMatchObject({ status: 404 })
  expect(standIn.violations).toMatchObject([{ request: 'GET /voice/regions' }])
})

test('a file is attached and can be fetched', async () => {
  const standIn = await standInForTest()
  const { client } = await botFor(standIn, [], async () => {})
  const channel = await client.channels.fetch(channelId)
  if (!channel?.isSendable()) throw new Error('the channel takes messages')
  const rest = new AttachmentBuilder(Buffer.from('all of it'), { name: 'rest.txt' })
  await channel.send({ content: 'see the file', files: [rest] })
  const [message] = standIn.messagesIn(channelId)
  expect(message?.attachments).toMatchObject([{ filename: 'rest.txt', size: 9 }])
  expect(await (await fetch(message?.attachments[0]?.url ?? '')).text()).toBe('all of it')
  expect(standIn.violations).toEqual([])
})

test('only those are notified whom allowed_mentions lets through', async () => {
  const { standIn, post } = await restForTest()
  standIn.addUser(alice)
  await post({ content: `<@${alice.id}> @everyone`, allowed_mentions: { parse: [] } })
  await post({ content: `<@${alice.id}> @everyone`, allowed_mentions: { users: [alice.id] } })
  await post({ content: `<@&${roleId}> @here`, allowed_mentions: { parse: [] } })
  await post({ content: `<@&${roleId}> @here`, allowed_mentions: { roles: [roleId], parse: ['everyone'] } })
  const [silent, loud, ...calls] = standIn.messagesIn(channelId)
  expect(calls).toMatchObject([
    { mention_roles: [], mention_everyone: false },
    { mention_roles: [roleId], mention_everyone: true },
  ])
  expect(silent).toMatchObject({ mentions: [], mention_everyone: false })
  expect(loud).toMatchObject({ mentions: [{ username: 'alice' }], mention_everyone: false })
})
