import { expect, test } from 'vitest'
import type { DiscordMessage } from '../../sandbox/discord/wire.ts'
import { problem, subscription } from './_api.ts'
import { says, tellStory } from './_bot.ts'

const menuOf = ({ components }: DiscordMessage) =>
  components.flatMap(({ components: inner = [] }) => inner).find(({ type }) => type === 3)

test('every list with its state, and a menu that shows the same', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists.push(
    subscription('board', { pending: { changeId: 'c', wanted: 'subscribe', state: 'awaiting_approval' } }),
    subscription('joining', { pending: { changeId: 'c', wanted: 'subscribe', state: 'queued' } }),
    subscription('my_list', {
      description: 'What it is for',
      subscribed: true,
      pending: { changeId: 'c', wanted: 'unsubscribe', state: 'applying' },
    }),
  )
  const reply = await (await standIn.slash(alice, 'subscriptions')).settled()
  expect(reply.content.split('\n')).toEqual([
    '**Lists: 5, and you’re on 2 of them.**',
    expect.stringContaining('-# ✅ on it'),
    '▫️ news News of the guild',
    '✅ **chess**',
    '📝 board (waits for approval)',
    '⏳ joining (joining)',
    String.raw`⏳ **my\_list** (leaving)`,
  ])
  expect(
    menuOf(reply)?.options?.map(({ value, default: on, description }) => [value, on, description]),
  ).toEqual([
    ['news', false, 'News of the guild'],
    ['chess', true, undefined],
    ['board', true, undefined],
    ['joining', true, undefined],
    ['my_list', false, 'What it is for'],
  ])
})

test('changes several at once and sends only the difference', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists.push(subscription('board', { subscribed: true }))
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  const selected = await standIn.select(alice, handle, 'subscriptions:choose:0', ['news', 'board'])
  const reply = await says(selected, 'You’re on **news** now')
  expect(reply.content).toContain('You’re off **chess** now')
  expect(api.callsTo('PATCH', /./)[0]?.body).toEqual({ subscriptions: { news: true, chess: false } })
  await expect.poll(() => api.callsTo('POST', /told/)).toHaveLength(2)
})

test('what was changed elsewhere meanwhile is not undone by an old menu', async () => {
  const { standIn, api, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  api.model.lists = [subscription('news'), subscription('chess')]
  await expect(await standIn.select(alice, handle, 'subscriptions:choose:0', ['news', 'chess'])).toSay(
    'You’re on **news** now',
  )
  expect(api.callsTo('PATCH', /./)[0]?.body).toEqual({ subscriptions: { news: true } })
})

test('several that take their time are told one after the other, and each is confirmed once', async () => {
  const { standIn, api, alice } = await tellStory({ bot: { timing: { longWaitS: 25 } } })
  api.model.outcome = null
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  const selected = await standIn.select(alice, handle, 'subscriptions:choose:0', ['news'])
  await expect(selected).toSay('hasn’t answered for all of them yet; I’ll tell you here')
  // None holds up the news of another one for as long as one alone is waited for.
  await expect.poll(() => api.calls.at(-1)?.path).toBe('/changes/change-1?wait=5')
  api.end('change-2', { state: 'applied' })
  const first = await says(selected, 'You’re off **chess** now')
  expect(first.content).toContain('hasn’t answered for all of them yet')
  api.end('change-1', { state: 'failed', reason: { code: 'LIST_GONE', message: '' } })
  const last = await says(selected, '**news** was deleted')
  expect(last.content).not.toContain('hasn’t answered')
  const told = () => api.callsTo('POST', /told/).map(({ path }) => path)
  await expect.poll(told).toEqual(['/changes/change-2/told', '/changes/change-1/told'])
})

test('several that wait for approval, or are only shown: said in so many words, and no more of the others', async () => {
  const { standIn, api, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  api.model.outcome = { state: 'awaiting_approval', endedAt: null }
  const asking = await says(
    await standIn.select(alice, handle, 'subscriptions:choose:0', ['news', 'chess']),
    '**news** takes new members by approval',
  )
  expect(asking.content).not.toContain('Accepted')
  api.model.outcome = { state: 'queued', endedAt: null, wouldWrite: 'dn: cn=chess' }
  const observed = await says(await standIn.select(alice, handle, 'subscriptions:choose:0', []), 'observing')
  expect(observed.content).toContain('```ldif\ndn: cn=chess\n```')
  expect(observed.content).not.toContain('Accepted')
})

test('several that are only shown, with more lines than there is room for: what waits for approval is said, and no block is left open', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = ['news', 'chess', 'board'].map((name) => subscription(name))
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  api.model.outcome = null
  const selected = await standIn.select(alice, handle, 'subscriptions:choose:0', ['news', 'chess', 'board'])
  await says(selected, 'I’ll tell you here')
  const wouldWrite = `dn: cn=list\nchangetype: modify\n${'uniqueMember: uid=alice\n'.repeat(100)}`
  for (const id of ['change-1', 'change-2']) api.end(id, { state: 'queued', endedAt: null, wouldWrite })
  api.end('change-3', { state: 'awaiting_approval', endedAt: null })
  const { content } = await says(selected, '**board** takes new members by approval')
  expect(content).toContain('To put you on **news** I would write')
  expect(content).toContain('```ldif\ndn: cn=list\nchangetype: modify')
  expect(content.match(/```/g)).toHaveLength(2)
  expect(content.endsWith('…')).toBe(true)
})

test('what there is no room for is said to come by message or mail', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = Array.from({ length: 25 }, (_, n) => subscription(`working-group-${n}-${'x'.repeat(60)}`))
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  const names = api.model.lists.map(({ list }) => list)
  const selected = await standIn.select(alice, handle, 'subscriptions:choose:0', names)
  const { content } = await says(selected, 'more for which there’s no room here')
  const told = (content.match(/You’re on \*\*/g) ?? []).length
  expect(content).toContain(`… and ${25 - told} more`)
  await expect.poll(() => api.callsTo('POST', /told/).length).toBe(told)
})

test('a menu of before the account was unlinked: how to link it', async () => {
  const { standIn, api, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  api.model.linked = false
  const selected = await standIn.select(alice, handle, 'subscriptions:choose:0', ['news'])
  const reply = await says(selected, 'I don’t know yet who you are')
  expect(reply.components.flatMap(({ components = [] }) => components)).toMatchObject([
    { custom_id: 'link:start' },
  ])
})

test('a page that is not there any more is the last one that is', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = Array.from({ length: 60 }, (_, n) => subscription(`list-${n}`))
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  api.model.lists = api.model.lists.slice(0, 26)
  const reply = await says(await standIn.press(alice, handle, 'subscriptions:page:1'), 'Page 2 of 2')
  api.model.lists = api.model.lists.slice(0, 2)
  expect(menuOf(reply)?.options).toHaveLength(1)
  const back = await says(await standIn.select(alice, handle, 'subscriptions:choose:1', []), 'Lists: 2')
  expect(menuOf(back)?.options).toHaveLength(2)
})

test('accepted, then the API goes away: what was accepted is said, without the lists', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.outcome = null
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  api.script('GET', /subscriptions/, problem('UNAVAILABLE'), 99)
  const selected = await standIn.select(alice, handle, 'subscriptions:choose:0', ['news', 'chess'])
  const reply = await says(selected, 'Accepted')
  expect(reply.content).not.toContain('nothing')
  expect(menuOf(reply)).toBeDefined()
  api.end('change-1', { state: 'applied' })
  await expect(selected).toSay('You’re on **news** now')
})

test('nothing different: nothing is sent', async () => {
  const { standIn, api, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  await expect(await standIn.select(alice, handle, 'subscriptions:choose:0', ['chess'])).toSay(
    'nothing was changed',
  )
  expect(api.callsTo('PATCH', /./)).toEqual([])
})

test('all of it is so already, as the API knows better than the menu', async () => {
  const { standIn, api, alice } = await tellStory()
  api.script('PATCH', /./, { status: 200, body: { changes: [] } })
  const handle = await standIn.slash(alice, 'subscriptions')
  await handle.settled()
  const selected = await standIn.select(alice, handle, 'subscriptions:choose:0', ['news', 'chess'])
  await expect(selected).toSay('nothing was changed')
})

test.for([
  [
    'a closed list',
    problem('PERMISSION_DENIED', { reason: 'LIST_CLOSED' }),
    ['news', 'chess'],
    '**news** is closed',
  ],
  [
    'a closed list among several',
    problem('PERMISSION_DENIED', { reason: 'LIST_CLOSED' }),
    ['news'],
    'at least one of these lists',
  ],
  [
    'a closed list that is named',
    problem('PERMISSION_DENIED', { reason: 'LIST_CLOSED', list: 'news' }),
    ['news'],
    '**news** is closed',
  ],
  [
    'too much at once',
    problem('TOO_MANY_REQUESTS', undefined, { 'retry-after': '9' }),
    ['news'],
    'You can go on',
  ],
] as const)('refused for %s: the menu stays as it was', async ([, answer, chosen, words]) => {
  const { standIn, api, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'subscriptions')
  const before = await handle.settled()
  api.script('PATCH', /./, answer)
  const reply = await says(await standIn.select(alice, handle, 'subscriptions:choose:0', [...chosen]), words)
  expect(menuOf(reply)?.options).toEqual(menuOf(before)?.options)
})

test('more than 25 lists: pages, each with its own menu', async () => {
  const { standIn, api, alice, mei } = await tellStory()
  api.model.lists = Array.from({ length: 60 }, (_, index) =>
    subscription(`list-${index}`, { displayName: `**${'長'.repeat(200)}**`, description: '_'.repeat(300) }),
  )
  const handle = await standIn.slash(alice, 'subscriptions')
  const first = await says(handle, 'Page 1 of 3')
  expect(menuOf(first)?.options).toHaveLength(25)
  const second = await says(await standIn.press(alice, handle, 'subscriptions:page:1'), 'Page 2 of 3')
  expect(menuOf(second)?.options?.[0]?.value).toBe('list-25')
  const third = await says(await standIn.press(alice, handle, 'subscriptions:page:2'), 'Page 3 of 3')
  expect(menuOf(third)?.options).toHaveLength(10)
  await expect(await standIn.select(alice, handle, 'subscriptions:choose:2', ['list-59'])).toSay(
    'You’re on **list-59** now',
  )
  expect(handle.reply?.content).toContain('Page 3 of 3')
  await expect(await standIn.slash(mei, 'subscriptions')).toSay('第 1 頁，共 3 頁')
})

test('a title with Markdown is shown as it is written', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = [subscription('news', { displayName: 'All *news*' })]
  await expect(await standIn.slash(alice, 'subscriptions')).toSay(String.raw`▫️ news All \*news\*`)
})

test('no lists, and names that no menu can hold', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = []
  await expect(await standIn.slash(alice, 'subscriptions')).toSay('There are no lists that you may see yet')
  api.model.lists = [subscription('x'.repeat(101))]
  const reply = await says(await standIn.slash(alice, 'subscriptions'), '1 with a name too long for the menu')
  expect(reply.content).toMatch(/<\/subscribe:\d+> and <\/unsubscribe:\d+>/)
  expect(reply.components).toEqual([])
})
