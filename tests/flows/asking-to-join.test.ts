import { beforeAll, expect, test } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import type { DiscordMessage, DiscordUser } from '../../sandbox/discord/stand-in.ts'
import { createSystem, type System } from '../_support/system.ts'
import { waitUntil } from '../_support/world.ts'

const channelId = '400000000000000002'
const patienceMs = 15_000

let system: System
let ada: DiscordUser
let alice: DiscordUser
let bob: DiscordUser

beforeAll(async () => {
  system = await createSystem({ discord: { channels: [{ id: channelId, name: 'alerts' }] } })
  const worker = { ...system.environment, DISCORD_ALERT_CHANNEL_ID: channelId, SWEEP_INTERVAL_S: '1' }
  await Promise.all([system.start('api'), system.start('bot'), system.worker({}, worker)])
  await system.mirrored()
  ;[ada, alice, bob] = [system.onDiscord('ada'), system.onDiscord('alice'), system.onDiscord('bob')]
  for (const user of [ada, alice, bob]) await system.link(user, user.username)
  const edited = await system.discord.slash(
    ada,
    'lists',
    { list: 'news', join: 'approval' },
    { subcommand: 'edit' },
  )
  await edited.until(({ content }) => content.includes('may ask to join'), patienceMs)
  await rows(
    system.db,
    `insert into list_owner (list_id, member_id) select l.id, m.id from list l, member m where l.name = 'news' and m.uid = 'bob'`,
  )
})

const asks = async () => {
  const reply = await system.discord.slash(alice, 'subscribe', { list: 'news' })
  await reply.until(({ content }) => content.includes('by approval'), patienceMs)
  return reply
}
const inChannel = (words: string) =>
  waitUntil(
    `the channel says ${words}`,
    async () => system.discord.messagesIn(channelId).find(({ content }) => content.includes(words)) ?? null,
  )
const button = ({ components }: DiscordMessage, label: string) =>
  components.flatMap((row) => row.components ?? []).find((one) => one.label === label)?.custom_id ?? ''
const isOnNews = async () =>
  (await system.directory.membersOf('news')).includes(system.directory.memberValue('alice'))

test('who asks to join is let in by a button in the admins’ channel, and reads so where they asked', async () => {
  const reply = await asks()
  const asked = await inChannel('🙋 **Somebody asks to join news**')
  const refused = await system.discord.press(alice, asked, button(asked, 'Approve'))
  await refused.until(({ content }) => content.includes('may not do that'), patienceMs)
  expect(await isOnNews()).toBe(false)
  const pressed = await system.discord.press(ada, asked, button(asked, 'Approve'))
  await pressed.until(({ content }) => content.startsWith('Approved.'), patienceMs)
  await reply.until(({ content }) => content.includes('You’re on **news** now.'), patienceMs)
  expect(await isOnNews()).toBe(true)
  expect(await inChannel('✅ **Somebody asks to join news**')).toMatchObject({ id: asked.id, components: [] })
})

test('an owner hears of it by direct message, and turns it down', async () => {
  const left = await system.discord.slash(alice, 'unsubscribe', { list: 'news' })
  await left.until(({ content }) => content.includes('You’re off'), patienceMs)
  const reply = await asks()
  await rows(
    system.db,
    `update change set created_at = created_at - interval '61 seconds' where state = 'awaiting_approval'`,
  )
  const told = await waitUntil(
    'the owner is told',
    async () =>
      system.discord.dmsOf(bob.id).find(({ content }) => content.startsWith('🙋 **alice** asks')) ?? null,
  )
  expect(told.content).toContain('`/lists remove` turns a request down')
  const removed = await system.discord.slash(
    bob,
    'lists',
    { list: 'news', username: 'alice' },
    { subcommand: 'remove' },
  )
  await removed.until(({ content }) => content.includes('Not approved: **alice** isn’t put on'), patienceMs)
  await reply.until(({ content }) => content.includes('was not approved'), patienceMs)
  expect(await isOnNews()).toBe(false)
})
