import { expect, test } from 'vitest'
import type { DiscordMessage } from '../../sandbox/discord/wire.ts'
import type { NotificationWish } from '../../domain/contracts/notification.ts'
import { problem } from './_api.ts'
import { says, type Story, tellStory } from './_bot.ts'

const menuOf = ({ components }: DiscordMessage) =>
  components.flatMap(({ components: inner = [] }) => inner).find(({ type }) => type === 3)
const ticksIn = (message: DiscordMessage) =>
  menuOf(message)?.options?.map(({ value, default: on }) => [value, on])

/** The API as it keeps what is wanted. */
function keeps({ api }: Story, on: Record<string, boolean>): void {
  const answer = () => ({
    status: 200,
    body: { items: Object.entries(on).map(([kind, isOn]) => ({ kind, on: isOn })) },
  })
  api.script('GET', /^\/user\/notifications$/, answer, Infinity)
  api.script(
    'PATCH',
    /^\/user\/notifications$/,
    ({ body }) => {
      Object.assign(on, body as NotificationWish)
      return answer()
    },
    Infinity,
  )
}
const everything = () => ({ 'added-or-removed': true, decided: false, failed: true, asked: false })

test('shows every kind with its state, and a menu that shows the same, to nobody else', async () => {
  const story = await tellStory()
  keeps(story, everything())
  const handle = await story.standIn.slash(story.alice, 'notify')
  const reply = await says(handle, 'What I tell you about')
  expect(reply.content.split('\n')).toEqual([
    expect.stringContaining('by mail if that can’t reach you'),
    '✅ An admin, an owner or another tool puts me on a list or takes me off',
    '🔕 A request of mine is approved or denied',
    '✅ A request of mine failed',
    '🔕 Somebody asks to join a list that I own',
    expect.stringContaining('-# Always told: what happens to the link of your account'),
  ])
  expect(ticksIn(reply)).toEqual([
    ['added-or-removed', true],
    ['decided', false],
    ['failed', true],
    ['asked', false],
  ])
  expect(reply.flags).toBe(64)
})

test('switches several at once, and sends only the difference', async () => {
  const story = await tellStory()
  const { standIn, api, alice } = story
  keeps(story, everything())
  const handle = await standIn.slash(alice, 'notify')
  await handle.settled()
  const reply = await says(
    await standIn.select(alice, handle, 'notify:choose', ['decided', 'failed']),
    'Saved',
  )
  expect(api.callsTo('PATCH', /./)[0]?.body).toEqual({ 'added-or-removed': false, decided: true })
  expect(ticksIn(reply)).toEqual([
    ['added-or-removed', false],
    ['decided', true],
    ['failed', true],
    ['asked', false],
  ])
  await expect(await standIn.select(alice, handle, 'notify:choose', [])).toSay('🔕 A request of mine failed')
})

test('what was changed elsewhere meanwhile is not undone by an old menu', async () => {
  const story = await tellStory()
  const { standIn, api, alice } = story
  const on = everything()
  keeps(story, on)
  const handle = await standIn.slash(alice, 'notify')
  await handle.settled()
  on.decided = true
  const reply = await says(
    await standIn.select(alice, handle, 'notify:choose', ['added-or-removed', 'failed']),
    'Nothing was different',
  )
  expect(reply.content).toContain('✅ A request of mine is approved')
  expect(api.callsTo('PATCH', /./)).toEqual([])
})

test('speaks Chinese', async () => {
  const story = await tellStory()
  keeps(story, everything())
  await expect(await story.standIn.slash(story.mei, 'notify')).toSay('🔕 我的申請通過或沒有通過')
})

test('who is not linked hears how to link', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.linked = false
  await expect(await standIn.slash(alice, 'notify')).toSay('I don’t know yet who you are')
})

test('an API that can’t be asked is said so', async () => {
  const story = await tellStory()
  const { standIn, api, alice } = story
  api.script('PATCH', /./, problem('UNAVAILABLE'), 99)
  keeps(story, everything())
  const handle = await standIn.slash(alice, 'notify')
  await handle.settled()
  await expect(await standIn.select(alice, handle, 'notify:choose', [])).toSay('asking again does no harm')
})
