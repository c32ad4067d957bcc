import { expect, test } from 'vitest'
import type { DiscordMessage } from '../../sandbox/discord/wire.ts'
import { problem } from './_api.ts'
import { says, type Story, tellStory } from './_bot.ts'

const buttonsOf = ({ components }: DiscordMessage) =>
  components.flatMap(({ components: inner = [] }) => inner.map(({ custom_id, url }) => custom_id ?? url))

async function enterCode({ standIn, alice }: Story, code: string) {
  const handle = await standIn.slash(alice, 'link')
  await handle.settled()
  const press = await standIn.press(alice, handle, 'link:code')
  return { handle, submitted: await standIn.submitModal(alice, press, { code }) }
}

async function unlinkedStory(): Promise<Story> {
  const story = await tellStory()
  story.api.model.linked = false
  return story
}

test('a member links: page, code, hello, and the lists one click away', async () => {
  const story = await unlinkedStory()
  const { standIn, api, alice } = story
  const { handle, submitted } = await enterCode(story, '123456')
  const [begun] = handle.history
  expect(begun && buttonsOf(begun)).toEqual(['https://lists.example/link/secret', 'link:code'])
  expect(begun?.content).toContain('Your password never goes through Discord')
  expect(api.callsTo('POST', /^\/links$/)[0]?.body).toMatchObject({
    discordName: 'Alice (@alice)',
    locale: 'en',
  })
  expect(api.callsTo('POST', /^\/links$/)[0]?.headers['x-discord-user']).toBe(alice.id)

  const hello = await says(submitted, 'Hello, Alice Anderson! This Discord account now acts for **alice**.')
  expect(buttonsOf(hello)).toEqual(['subscriptions:show'])
  await expect(await standIn.press(alice, handle, 'subscriptions:show')).toSay('Lists: 2')
})

test('in Traditional Chinese, with full-width digits and a blank', async () => {
  const { standIn, api, mei } = await unlinkedStory()
  const handle = await standIn.slash(mei, 'link')
  await expect(handle).toSay('來連結你的帳號吧')
  expect(api.callsTo('POST', /^\/links$/)[0]?.body).toMatchObject({
    discordName: 'mei (@mei)',
    locale: 'zh-TW',
  })
  const press = await standIn.press(mei, handle, 'link:code')
  expect((await press.modalShown()).title).toBe('輸入驗證碼')
  await expect(await standIn.submitModal(mei, press, { code: '１２３ ４５６' })).toSay(
    '你好！這個 Discord 帳號現在代表 **alice**',
  )
})

test('a wrong code: how many tries are left, and the page stays at hand', async () => {
  const story = await unlinkedStory()
  const { submitted } = await enterCode(story, '654321')
  const reply = await says(submitted, 'Tries left: 4')
  expect(buttonsOf(reply)).toEqual(['https://lists.example/link/secret', 'link:code'])
})

test('a long name is shown on the page as much as fits, in one line', async () => {
  const { standIn, api } = await unlinkedStory()
  const long = standIn.addUser({
    id: '600000000000000003',
    username: 'u'.repeat(32),
    globalName: `a\tb${'長'.repeat(90)}`,
  })
  await expect(await standIn.slash(long, 'link')).toSay('Let’s link your account')
  expect(api.callsTo('POST', /^\/links$/)[0]?.body).toMatchObject({
    discordName: expect.stringMatching(/^(?=.{1,100}$)a b長+ \(@u+…$/) as string,
  })
})

test('a code typed in groups is the same', async () => {
  const { submitted } = await enterCode(await unlinkedStory(), '123-456')
  await expect(submitted).toSay('Hello, Alice Anderson!')
})

test('what can’t be a code is not even sent', async () => {
  const story = await unlinkedStory()
  const { submitted } = await enterCode(story, 'abcdef')
  await expect(submitted).toSay('The code is six digits')
  expect(story.api.callsTo('POST', /code/)).toEqual([])
})

test.for([
  [
    'CODE_WRONG, no tries left',
    problem('PERMISSION_DENIED', { reason: 'CODE_WRONG', triesLeft: 0 }),
    'that was the last try',
    'link:start',
  ],
  ['LINK_EXPIRED', problem('CONFLICT', { reason: 'LINK_EXPIRED' }), 'it may have expired', 'link:start'],
  ['LINK_NOT_BEGUN', problem('NOT_FOUND', { reason: 'LINK_NOT_BEGUN' }), 'it may have expired', 'link:start'],
  [
    'LINK_NOT_PROVEN',
    problem('CONFLICT', { reason: 'LINK_NOT_PROVEN' }),
    'First open the sign-in page',
    'link:code',
  ],
  [
    'MEMBER_GONE',
    problem('CONFLICT', { reason: 'MEMBER_GONE' }),
    /^⚠️ The account that you wanted to link is no longer in the directory(?!.*unlink)/,
    'link:start',
  ],
  [
    'TOO_MANY_REQUESTS',
    problem('TOO_MANY_REQUESTS', undefined, { 'retry-after': '60' }),
    'You can go on',
    'link:code',
  ],
] as const)('%s: says how to go on', async ([, answer, words, button]) => {
  const story = await unlinkedStory()
  story.api.script('POST', /code/, answer)
  const { submitted } = await enterCode(story, '123456')
  expect(buttonsOf(await says(submitted, words))).toContain(button)
})

test('linked already', async () => {
  const { standIn, alice } = await tellStory()
  await expect(await standIn.slash(alice, 'link')).toSay('This Discord account is linked already')
})

test('whoami and help', async () => {
  const { standIn, api, alice, mei } = await tellStory()
  api.model.me = { ...api.model.me, isAdmin: true }
  await expect(await standIn.slash(alice, 'whoami')).toSay(
    'You’re **Alice Anderson** (alice) in the directory, and an admin here.',
  )
  await expect(await standIn.slash(mei, 'whoami')).toSay('共 2 個清單，你已加入 1 個')
  const help = await (await standIn.slash(alice, 'help')).settled()
  for (const { name, id } of standIn.commands.filter((command) => command.name !== 'help'))
    expect(help.content).toMatch(new RegExp(`</${name}( [a-z]+){0,2}:${id}>`))
  await expect(await standIn.slash(mei, 'help')).toSay('我負責管理郵件清單')
})

test('unlinking asks first', async () => {
  const { standIn, api, alice } = await tellStory()
  const kept = await standIn.slash(alice, 'unlink')
  await expect(kept).toSay('You’re linked to **alice**. Unlink this Discord account?')
  await expect(await standIn.press(alice, kept, 'unlink:keep')).toSay('you’re still linked')
  expect(kept.reply?.components).toEqual([])
  expect(api.callsTo('DELETE', /links/)).toEqual([])

  const ended = await standIn.slash(alice, 'unlink')
  await ended.settled()
  await expect(await standIn.press(alice, ended, 'unlink:confirm')).toSay('Unlinked.')
  expect(api.callsTo('DELETE', /^\/links\/mine$/)).toHaveLength(1)
  await expect(await standIn.slash(alice, 'unlink')).toSay('isn’t linked to anybody')
})

test('somebody who is gone from the directory can unlink', async () => {
  const { standIn, api, alice } = await tellStory()
  api.script('GET', /me/, problem('PERMISSION_DENIED', { reason: 'MEMBER_GONE' }))
  const handle = await standIn.slash(alice, 'unlink')
  await expect(handle).toSay('no longer in the directory. Unlink this Discord account?')
  await expect(await standIn.press(alice, handle, 'unlink:confirm')).toSay('Unlinked.')
})
