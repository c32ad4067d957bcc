import { REST, Routes, type APIMessage, type APIThreadChannel } from 'discord.js'
import { expect, test } from 'vitest'
import { applicationId, botFor, channelId, guildId, standInForTest, token } from './test-bot.ts'

const threadId = '410000000000000001'
const bits = { send: 1n << 11n, embed: 1n << 14n, attach: 1n << 15n, manage: 1n << 34n, inThreads: 1n << 38n }

async function threadForTest(how: { archived?: boolean; locked?: boolean } = {}) {
  const standIn = await standInForTest({
    threads: [{ id: threadId, name: 'deployments', parentId: channelId, ...how }],
  })
  const rest = new REST({ api: standIn.url }).setToken(token)
  const everyone = BigInt(standIn.roles.find(({ id }) => id === guildId)?.permissions ?? 0)
  return {
    standIn,
    post: () =>
      rest.post(Routes.channelMessages(threadId), { body: { content: 'Hello' } }) as Promise<APIMessage>,
    edit: ({ id }: APIMessage) =>
      rest.patch(Routes.channelMessage(threadId, id), { body: { content: 'Hello again' } }),
    change: (body: object) => rest.patch(Routes.channel(threadId), { body }) as Promise<APIThreadChannel>,
    read: () => rest.get(Routes.channel(threadId)) as Promise<APIThreadChannel>,
    state: () => standIn.threadOf(threadId),
    allow: (more: bigint) => standIn.editRole(guildId, { permissions: String(everyone | more) }),
    deny: (less: bigint) => {
      for (const roleId of [guildId, standIn.botRoleId])
        standIn.editRole(roleId, { permissions: String(everyone & ~less) })
    },
  }
}

test('a message opens an archived thread, and only once it is open one is edited', async () => {
  const thread = await threadForTest({ archived: true })
  const message = await thread.post()
  expect(thread.state()).toEqual({ archived: false, locked: false })
  thread.standIn.editThread(threadId, { archived: true })
  await expect(thread.edit(message)).rejects.toMatchObject({ status: 400, code: 50_083 })
  const opened = await thread.change({ archived: false })
  expect(opened).toMatchObject({
    type: 11,
    parent_id: channelId,
    thread_metadata: { archived: false, locked: false },
  })
  await thread.edit(message)
  expect(thread.standIn.messagesIn(threadId).map(({ content }) => content)).toEqual(['Hello again'])
})

test('nobody but a moderator posts, edits, or opens anything in a locked thread', async () => {
  const thread = await threadForTest()
  const message = await thread.post()
  thread.standIn.editThread(threadId, { locked: true })
  await expect(thread.post()).rejects.toMatchObject({ status: 403, code: 160_005 })
  await expect(thread.edit(message)).rejects.toMatchObject({ status: 403, code: 160_005 })
  thread.standIn.editThread(threadId, { archived: true })
  await expect(thread.post()).rejects.toMatchObject({ status: 403, code: 50_083 })
  await expect(thread.change({ archived: false })).rejects.toMatchObject({ code: 50_013 })
  expect(thread.state()).toEqual({ archived: true, locked: true })
  thread.allow(bits.manage)
  await expect(thread.edit(message)).rejects.toMatchObject({ code: 50_083 })
  await thread.change({ archived: false })
  await thread.edit(message)
  await thread.post()
  expect(thread.state()).toEqual({ archived: false, locked: true })
})

test('locking, archiving and renaming are for moderators, and for threads that are open', async () => {
  const thread = await threadForTest()
  for (const edit of [
    { locked: true },
    { archived: true },
    { name: 'old' },
    { archived: false, name: 'old' },
  ])
    await expect(thread.change(edit)).rejects.toMatchObject({ code: 50_013 })
  thread.allow(bits.manage)
  await thread.change({ archived: true })
  await expect(thread.change({ locked: true })).rejects.toMatchObject({ code: 50_083 })
  await thread.change({ archived: false, locked: true, name: 'old' })
  expect(await thread.read()).toMatchObject({
    name: 'old',
    thread_metadata: { archived: false, locked: true },
  })
})

test('talking in threads is a right of its own', async () => {
  const thread = await threadForTest({ archived: true })
  thread.deny(bits.send)
  await thread.post()
  thread.deny(bits.inThreads)
  await expect(thread.post()).rejects.toMatchObject({ code: 50_013 })
  thread.standIn.editThread(threadId, { archived: true })
  await expect(thread.change({ archived: false })).rejects.toMatchObject({ code: 50_013 })
})

test('a bot hears of open threads, and of what becomes of them', async () => {
  const thread = await threadForTest()
  const { client } = await botFor(thread.standIn, [], async () => {})
  const known = () => client.channels.cache.get(threadId)
  expect(known()?.isThread() && known()).toMatchObject({ name: 'deployments', locked: false })
  thread.standIn.editThread(threadId, { locked: true })
  await expect.poll(known).toMatchObject({ locked: true })
})

const [hidden, silent, bare] = ['400000000000000002', '400000000000000003', '400000000000000004'] as const
const to = (id: string, deny: bigint) => ({ id, deny: String(deny) })

test('what a channel denies the bot is refused there, and a role or the bot itself may be let through', async () => {
  const standIn = await standInForTest({
    channels: [
      { id: hidden, name: 'hidden', overwrites: [to(guildId, 1n << 10n)] },
      {
        id: silent,
        name: 'silent',
        overwrites: [to(guildId, bits.send), { id: applicationId, allow: String(bits.send) }],
      },
      { id: bare, name: 'bare', overwrites: [to(guildId, bits.embed | bits.attach)] },
    ],
  })
  const rest = new REST({ api: standIn.url }).setToken(token)
  const post = (id: string, body: object, files: { name: string; data: Buffer }[] = []) =>
    rest.post(Routes.channelMessages(id), { body, files })
  await expect(rest.get(Routes.channel(hidden))).rejects.toMatchObject({ code: 50_001 })
  await expect(post(hidden, { content: 'x' })).rejects.toMatchObject({ code: 50_001 })
  await post(silent, { content: 'x' })
  await post(bare, { content: 'x' })
  await expect(post(bare, { embeds: [{ title: 'x' }] })).rejects.toMatchObject({ code: 50_013 })
  const file = { name: 'x.txt', data: Buffer.from('x') }
  await expect(post(bare, { content: 'x' }, [file])).rejects.toMatchObject({ code: 50_013 })
})
