import { expect, test } from 'vitest'
import type { DiscordMessage } from '../../sandbox/discord/wire.ts'
import { problem } from './_api.ts'
import { says, type Story, tellStory } from './_bot.ts'

const buttonsOf = ({ components }: DiscordMessage) =>
  components.flatMap(({ components: inner = [] }) => inner.map(({ custom_id, url }) => custom_id ?? url))

async function unlinkedStory(): Promise<Story> {
  const story = await tellStory()
  story.api.model.linked = false
  return story
}

async function enterCode({ standIn, alice }: Story, code = '123456') {
  const handle = await standIn.slash(alice, 'link', { method: 'mail', username: 'alice' })
  await handle.settled()
  const press = await standIn.press(alice, handle, 'link:code')
  return standIn.submitModal(alice, press, { code })
}

const moving = (askedBy: string[]) => ({
  status: 202,
  body: { username: 'alice', displayName: 'Alice Anderson', askedBy, expiresAt: '2030-01-02T03:04:05Z' },
})

test('a member links by a code from the mail', async () => {
  const story = await unlinkedStory()
  const { standIn, api, alice } = story
  const handle = await standIn.slash(alice, 'link', { method: 'mail', username: ' alice ' })
  const reply = await says(
    handle,
    'If **alice** is in the directory with a mail address, six digits are on their way',
  )
  expect(reply.content).toContain('<t:1893553445:t>')
  expect(buttonsOf(reply)).toEqual(['link:code', 'link:start'])
  expect(api.callsTo('POST', /^\/links\/mail$/)[0]).toMatchObject({
    body: { username: 'alice', discordName: 'Alice (@alice)', locale: 'en' },
    headers: { 'x-discord-user': alice.id },
  })
  const press = await standIn.press(alice, handle, 'link:code')
  expect(JSON.stringify((await press.modalShown()).components)).toContain('from the page or the mail')
  await expect(await standIn.submitModal(alice, press, { code: '123 456' })).toSay('Hello, Alice Anderson!')
})

test('in Traditional Chinese', async () => {
  const { standIn, mei, api } = await unlinkedStory()
  const handle = await standIn.slash(mei, 'link', { method: 'mail', username: 'yating' })
  await expect(handle).toSay('如果目錄裡有 **yating**')
  expect(api.callsTo('POST', /mail$/)[0]?.body).toMatchObject({ locale: 'zh-TW' })
})

test('the page is what happens without a choice, with the other one, and at a press', async () => {
  const { standIn, api, alice } = await unlinkedStory()
  await expect(await standIn.slash(alice, 'link', { method: 'web', username: 'alice' })).toSay(
    'Open the sign-in page',
  )
  const handle = await standIn.slash(alice, 'link', { method: 'mail', username: 'alice' })
  await handle.settled()
  await expect(await standIn.press(alice, handle, 'link:start')).toSay('Open the sign-in page')
  expect(api.callsTo('POST', /^\/links$/)).toHaveLength(2)
  await expect(standIn.slash(alice, 'link', { method: 'pigeon' })).rejects.toThrow(/one of web, mail/)
})

test('a code by mail needs a user name', async () => {
  const { standIn, api, alice } = await unlinkedStory()
  for (const username of [undefined, '  ']) {
    const options = { method: 'mail', ...(username === undefined ? {} : { username }) }
    expect(
      buttonsOf(await says(await standIn.slash(alice, 'link', options), 'I need your user name')),
    ).toEqual(['link:start'])
  }
  expect(api.callsTo('POST', /links/)).toEqual([])
})

test('an admin is told how to have admin rights here', async () => {
  const story = await unlinkedStory()
  const body = { ...story.api.model.me, adminRightsUnused: true }
  story.api.script('POST', /code/, { status: 200, body })
  const reply = await says(await enterCode(story), 'Hello, Alice Anderson!')
  expect(reply.content).toMatch(/You’re an admin\..*<\/unlink:\d+>, then <\/link:\d+> again by signing in/)
})

test('after the last wrong code: when to begin again, and no button for it', async () => {
  const story = await unlinkedStory()
  const wrong = { reason: 'CODE_WRONG', triesLeft: 0 }
  story.api.script('POST', /code/, problem('PERMISSION_DENIED', wrong, { 'retry-after': '900' }))
  const reply = await says(await enterCode(story), 'You can begin again <t:')
  expect([reply.content, buttonsOf(reply)]).toEqual([expect.stringMatching(/<t:\d+:R>/), []])
})

test.each(['mail', 'web'])('while it has to wait: when to begin again (%s)', async (method) => {
  const { standIn, api, alice } = await unlinkedStory()
  const paused = problem('TOO_MANY_REQUESTS', { reason: 'LINK_PAUSED' }, { 'retry-after': '600' })
  api.script('POST', /links/, paused)
  const handle = await standIn.slash(alice, 'link', { method, username: 'alice' })
  await expect(handle).toSay(/too many wrong codes. You can begin again <t:\d+:R>/)
})

test('too many mails: when to go on', async () => {
  const { standIn, api, alice } = await unlinkedStory()
  api.script('POST', /mail/, problem('TOO_MANY_REQUESTS', undefined, { 'retry-after': '3600' }))
  await expect(await standIn.slash(alice, 'link', { method: 'mail', username: 'alice' })).toSay(
    /You can go on <t:\d+:R>/,
  )
})

test.each([
  [['discord', 'mail'], 'I’ve asked there, by direct message, and at your mail address'],
  [['discord'], 'I’ve asked there, by direct message, whether'],
] as const)('a person who has another account is asked first, and by %j', async (askedBy, words) => {
  const story = await unlinkedStory()
  story.api.script('POST', /code/, moving([...askedBy]))
  const reply = await says(await enterCode(story), words)
  expect(reply.content).toContain('until <t:1893553445:t>')
  expect(buttonsOf(reply)).toEqual([])
})

test('the code typed once more while that question is open', async () => {
  const story = await unlinkedStory()
  story.api.script('POST', /code/, problem('CONFLICT', { reason: 'LINK_MOVING' }))
  expect(buttonsOf(await says(await enterCode(story), 'What’s missing is your yes'))).toEqual(['link:start'])
})
