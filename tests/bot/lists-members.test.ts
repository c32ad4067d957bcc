import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { startBot } from '../../bot/bot.ts'
import type { Change } from '../../domain/contracts/change.ts'
import type { OptionValues } from '../../sandbox/discord/stand-in.ts'
import type { DiscordMessage } from '../../sandbox/discord/wire.ts'
import { problem } from './_api.ts'
import { adminStory, lists, says, type Story, tellStory } from './_bot.ts'
import { listMember, managedList } from './_managed-lists.ts'

const buttonsOf = ({ components }: DiscordMessage) =>
  components.flatMap(({ components: inner = [] }) => inner)

/** The buttons that lead on and back. */
const pagerOf = (message: DiscordMessage) => {
  const [back, next] = buttonsOf(message)
  return {
    back: back?.custom_id ?? '',
    next: next?.custom_id ?? '',
    isFirst: back?.disabled,
    isLast: next?.disabled,
  }
}

async function storyOfNews(): Promise<Story> {
  const story = await adminStory()
  story.api.managed.items.push(managedList('news'))
  return story
}

test('who is on a list, page by page, there and back', async () => {
  const story = await storyOfNews()
  const { standIn, api, alice } = story
  api.managed.members['news'] = Array.from({ length: 37 }, (_, index) =>
    listMember(`m${index + 1}`, `Name ${index + 1}`),
  )
  const handle = await lists(story, alice, 'members', { list: 'news' })
  const first = await says(handle, 'number 1 to 15')
  expect(first.content).toContain('▫️ **m1** Name 1\n▫️ **m2** Name 2')
  expect(first.flags & 64).toBe(64)
  expect(pagerOf(first)).toMatchObject({ isFirst: true })
  expect(pagerOf(first).isLast).not.toBe(true)
  const second = await says(
    await standIn.press(alice, handle, pagerOf(first).next),
    'Page 2: number 16 to 30',
  )
  const third = await says(
    await standIn.press(alice, handle, pagerOf(second).next),
    'Page 3: number 31 to 37',
  )
  expect(third.content).toContain('**m37**')
  expect(pagerOf(third)).toMatchObject({ isLast: true })
  const again = await says(await standIn.press(alice, handle, pagerOf(third).back), 'Page 2')
  expect(again.content).toBe(second.content)
})

test('names can do no harm, and the longest page fits', async () => {
  const story = await storyOfNews()
  story.api.managed.members['news'] = [
    listMember('<@600000000000000002>', '**bold** @everyone\n# big [a](http://b)'),
    listMember('same', 'same'),
    ...Array.from({ length: 20 }, () => listMember('*'.repeat(255), '_'.repeat(255))),
  ]
  const { content, mentions } = await says(await lists(story, story.alice, 'members', { list: 'news' }), '👥')
  expect(content).toContain(String.raw`**\<\@600000000000000002\>** \*\*bold\*\* \@everyone # big \[a…`)
  expect(content).toContain('▫️ **same**\n')
  expect(content.length).toBeLessThanOrEqual(2_000)
  expect(content.split('\n')).toHaveLength(17)
  expect(mentions ?? []).toEqual([])
})

test('a search is kept over pages; nobody is said in words', async () => {
  const story = await storyOfNews()
  const { standIn, api, alice, mei } = story
  await expect(await lists(story, alice, 'members', { list: 'news' })).toSay('Nobody is on **news** yet')
  api.managed.members['news'] = [
    ...Array.from({ length: 16 }, (_, index) => listMember(`ann${index}`)),
    ...Array.from({ length: 16 }, (_, index) => listMember(`bob${index}`)),
  ]
  const handle = await lists(story, alice, 'members', { list: 'news', search: ' bob' })
  const first = await says(handle, 'with “bob”')
  const second = await says(await standIn.press(alice, handle, pagerOf(first).next), 'number 16 to 16')
  expect(second.content).toContain('**bob15**')
  await expect(await lists(story, mei, 'members', { list: 'news', search: 'zoe' })).toSay(
    '沒有符合「zoe」的人',
  )
  api.managed.members['news'] = []
  await expect(await standIn.press(alice, handle, pagerOf(second).back)).toSay('fits “bob”')
})

test('a page of before the bot’s restart says to use the command again', async () => {
  const story = await storyOfNews()
  const { standIn, api, alice } = story
  api.managed.members['news'] = Array.from({ length: 16 }, (_, index) => listMember(`m${index}`))
  const handle = await lists(story, alice, 'members', { list: 'news' })
  const { next } = pagerOf(await handle.settled())
  api.managed.remove('news')
  await expect(await standIn.press(alice, handle, next)).toSay('no list called **news**')
  api.managed.items.push(managedList('news'))
  const other = await (await lists(story, alice, 'members', { list: 'news' })).settled()
  await story.bot.stop()
  const newer = await startBot(story.config, { log: pino({ level: 'silent' }) })
  onTestFinished(() => newer.stop())
  await expect(await standIn.press(alice, other, pagerOf(other).next)).toSay('I no longer know this button')
})

test('somebody is put on a list and taken off, by user name, proven by the directory', async () => {
  const story = await storyOfNews()
  const { api, alice, mei } = story
  const added = await lists(story, alice, 'add', { list: 'news', username: ' bob ' })
  expect((await added.settled()).content).toBe(
    '✅ **bob** is on **news** now.\n-# Proven by the directory: version v7, added just now',
  )
  const [put] = api.callsTo('PUT', /^\/admin\/lists\/news\/members\/bob$/)
  expect(put?.headers['idempotency-key']).toBe(added.id)
  await expect.poll(() => api.callsTo('POST', /^\/changes\/change-1\/told$/)).toHaveLength(1)
  await expect(await lists(story, mei, 'remove', { list: 'news', username: 'bob' })).toSay(
    '✅ **bob** 已經移出 **news**。',
  )
  expect(api.callsTo('DELETE', /^\/admin\/lists\/news\/members\/bob$/)).toHaveLength(1)
})

test('by mention: the API knows who is linked to it, for admins and owners alike', async () => {
  const story = await storyOfNews()
  const { api, alice, mei } = story
  await expect(await lists(story, alice, 'add', { list: 'news', user: mei.id })).toSay(
    'isn’t linked to anybody',
  )
  api.managed.accounts[mei.id] = 'bob'
  await expect(await lists(story, alice, 'add', { list: 'news', user: mei.id })).toSay(
    '**bob** is on **news** now',
  )
  api.model.me = { ...api.model.me, isAdmin: false }
  api.managed.owned = ['news']
  await expect(await lists(story, alice, 'remove', { list: 'news', user: mei.id })).toSay(
    '**bob** is off **news** now',
  )
  expect(api.callsTo('GET', /^\/admin\/links/)).toEqual([])
})

test('an owner who is no admin hears at once that only admins delete', async () => {
  const story = await storyOfNews()
  story.api.model.me = { ...story.api.model.me, isAdmin: false }
  story.api.managed.owned = ['news']
  const handle = await lists(story, story.alice, 'delete', { list: 'news' })
  const reply = await says(handle, 'Only admins delete lists')
  expect(buttonsOf(reply)).toEqual([])
})

test('exactly one of mention and user name', async () => {
  const story = await storyOfNews()
  const { api, alice, mei } = story
  const wrong: OptionValues[] = [{}, { user: mei.id, username: 'bob' }, { username: '  ' }]
  for (const options of wrong)
    await expect(await lists(story, alice, 'remove', { list: 'news', ...options })).toSay(
      'exactly one of them',
    )
  expect(api.calls).toEqual([])
})

test.for<[string, Partial<Change>, string]>([
  ['the directory is slow', {}, 'Accepted: **bob** will be off **news**'],
  [
    'too many are removed at once',
    { state: 'awaiting_approval', reason: { code: 'REMOVAL_HELD', message: '' } },
    'waits for an admin’s yes: many people',
  ],
  ['approval is needed', { state: 'awaiting_approval' }, 'waits for approval by an owner or admin'],
  ['only observing', { wouldWrite: 'dn: cn=news\nchangetype: modify' }, 'dn: cn=news'],
  [
    'only observing, with nothing to write',
    { wouldWrite: '' },
    '**bob** is off **news** there as far as I can see',
  ],
  ['a newer word', { state: 'superseded' }, 'A newer word about **bob**'],
  [
    'denied',
    { state: 'cancelled', reason: { code: 'DENIED', message: 'no' } },
    'Not approved: **bob** stays',
  ],
  [
    'they only asked for it',
    { action: 'subscribe', state: 'cancelled', reason: { code: 'DENIED', message: '' } },
    'Not approved: **bob** isn’t put on **news**',
  ],
  ['expired', { state: 'cancelled', reason: { code: 'EXPIRED', message: '' } }, 'Nobody decided in time'],
  ['the list went', { state: 'failed', reason: { code: 'LIST_GONE', message: '' } }, 'was deleted before'],
  [
    'no address',
    { state: 'failed', reason: { code: 'NO_ADDRESS', message: '' } },
    'no mail address for **bob**',
  ],
  [
    'anything else',
    { state: 'failed', reason: { code: 'WHAT', message: '' } },
    'I couldn’t change **news** for **bob**',
  ],
])('the reply says how it stands: %s', async ([, outcome, words]) => {
  const story = await storyOfNews()
  const isOpen = ['awaiting_approval', undefined].includes(outcome.state)
  story.api.model.outcome = { ...outcome, ...(isOpen ? { endedAt: null } : {}) }
  await expect(await lists(story, story.alice, 'remove', { list: 'news', username: 'bob' })).toSay(words)
})

test('a removal that waits for an admin is told when it is decided, and can be withdrawn till then', async () => {
  const story = await storyOfNews()
  const { standIn, api, alice } = story
  const held = {
    state: 'awaiting_approval',
    reason: { code: 'REMOVAL_HELD', message: '' },
    endedAt: null,
  } as const
  api.model.outcome = held
  const approved = await lists(story, alice, 'remove', { list: 'news', username: 'bob' })
  await expect(approved).toSay('waits for an admin’s yes')
  api.end('change-1', { state: 'applied', reason: null })
  const done = await says(approved, '✅ **bob** is off **news** now.')
  expect(done.components).toEqual([])

  const withdrawn = await lists(story, alice, 'remove', { list: 'news', username: 'bob' })
  const asked = await says(withdrawn, 'waits for an admin’s yes')
  const [button] = buttonsOf(asked)
  await expect(await standIn.press(alice, withdrawn, button?.custom_id ?? '')).toSay(
    'Withdrawn: **bob** stays',
  )
})

test.each<[string, Partial<Change>]>([
  ['there is nothing to write', { wouldWrite: '' }],
  ['something would be written', { wouldWrite: 'dn: cn=news', maybeSent: true }],
])(
  'only observing, and it may have been sent before: it can’t be withdrawn where %s',
  async (_case, seen) => {
    const story = await storyOfNews()
    story.api.model.outcome = { state: 'queued', endedAt: null, ...seen }
    const reply = await (
      await lists(story, story.alice, 'remove', { list: 'news', username: 'bob' })
    ).settled()
    expect(reply.components).toEqual([])
  },
)

test('an order that can’t be withdrawn any more: said so, with what to do instead, in both languages', async () => {
  const story = await storyOfNews()
  const { standIn, api, alice, mei } = story
  api.model.outcome = { state: 'awaiting_approval', endedAt: null }
  api.script('POST', /cancel/, problem('CONFLICT', { reason: 'NOT_WAITING', state: 'applying' }), 2)
  for (const [user, words] of [
    [alice, /can’t be withdrawn any more.*<\/lists add:\d+>.*<\/lists remove:\d+>/],
    [mei, /已經無法撤回.*<\/lists add:\d+>.*<\/lists remove:\d+>/],
  ] as const) {
    const handle = await lists(story, user, 'remove', { list: 'news', username: 'bob' })
    const [button] = buttonsOf(await handle.settled())
    const reply = await says(await standIn.press(user, handle, button?.custom_id ?? ''), words)
    expect(reply.components).toEqual([])
  }
})

test('an order that could not be withdrawn for another reason: said so, and it can be tried again', async () => {
  const story = await storyOfNews()
  const { standIn, api, alice } = story
  api.model.outcome = { state: 'awaiting_approval', endedAt: null }
  const handle = await lists(story, alice, 'remove', { list: 'news', username: 'bob' })
  const [button] = buttonsOf(await handle.settled())
  api.script('POST', /cancel/, problem('TOO_MANY_REQUESTS', undefined, { 'retry-after': '9' }))
  const reply = await says(await standIn.press(alice, handle, button?.custom_id ?? ''), 'You can go on')
  expect(buttonsOf(reply)).toEqual([button])
})

test('a directory that stays silent: the order is safe, and where to look later', async () => {
  const story = await adminStory({ bot: { timing: { followForMs: 1_500 } } })
  story.api.managed.items.push(managedList('news'))
  story.api.model.outcome = null
  await expect(await lists(story, story.alice, 'add', { list: 'news', username: 'bob' })).toSay(
    /The order to put \*\*bob\*\* on \*\*news\*\* is safe.*<\/lists members:\d+>/,
  )
})

test('a page that everybody on it has left: said so, with the way back', async () => {
  const story = await storyOfNews()
  const { standIn, api, alice } = story
  api.managed.members['news'] = Array.from({ length: 16 }, (_, index) => listMember(`m${index}`))
  const handle = await lists(story, alice, 'members', { list: 'news' })
  const { next } = pagerOf(await handle.settled())
  api.managed.members['news'] = [listMember('m0')]
  const reply = await says(await standIn.press(alice, handle, next), 'That was everybody on **news**')
  expect(pagerOf(reply)).toMatchObject({ isLast: true })
  await expect(await standIn.press(alice, handle, pagerOf(reply).back)).toSay('**m0**')
})

test('what was asked for by somebody else can’t be withdrawn from here', async () => {
  const story = await storyOfNews()
  const { api, alice } = story
  api.model.outcome = { state: 'awaiting_approval', endedAt: null }
  await (await lists(story, alice, 'remove', { list: 'news', username: 'bob' })).settled()
  api.script('DELETE', /bob/, { status: 200, body: api.changes.get('change-1') })
  const same = await lists(story, alice, 'remove', { list: 'news', username: 'bob' })
  expect((await says(same, 'waits for approval')).components).toEqual([])
})

test('for taking somebody off, those who are on the list are suggested', async () => {
  const story = await storyOfNews()
  const { standIn, api, alice } = story
  api.managed.members['news'] = [
    listMember('bob', 'Bob Brown'),
    listMember('bo'.repeat(60)),
    listMember('zoe'),
  ]
  const offered = (typed: string, options: OptionValues) =>
    standIn.autocomplete(alice, 'lists', 'username', typed, { subcommand: 'remove', options })
  expect(await offered('bo', { list: 'news' })).toEqual([{ name: 'bob · Bob Brown', value: 'bob' }])
  expect(await offered('bo', {})).toEqual([])
  api.managed.members['chess'] = Array.from({ length: 60 }, (_, index) => listMember(`m${index}`))
  api.managed.items.push(managedList('chess'))
  expect(await offered('m', { list: 'chess' })).toHaveLength(25)
  // As much of it as the API takes as a search.
  const longest = 'x'.repeat(100)
  api.managed.members['chess'] = [listMember(longest)]
  expect(await offered(`${longest}yz`, { list: 'chess' })).toMatchObject([{ value: longest }])
  expect(await offered('bo', { list: 'nowhere' })).toEqual([])
  api.model.me = { ...api.model.me, isAdmin: false }
  expect(await offered('bo', { list: 'news' })).toEqual([])
})

test('it is so already', async () => {
  const story = await storyOfNews()
  const { api, alice } = story
  await (await lists(story, alice, 'add', { list: 'news', username: 'bob' })).settled()
  api.script('PUT', /bob/, { status: 200, body: { ...api.changes.get('change-1'), id: null } })
  await expect(await lists(story, alice, 'add', { list: 'news', username: 'bob' })).toSay(
    /\*\*bob\*\* is already on \*\*news\*\*\. Nothing to do\.\n-# Proven by the directory: version v7, it was so already/,
  )
})

test.for([
  [problem('NOT_FOUND', { reason: 'MEMBER_NOT_FOUND' }), 'Nobody in the directory has the user name **bob**'],
  [problem('NOT_FOUND', { reason: 'MEMBER_GONE' }), '**bob** is no longer in the directory'],
  [problem('PERMISSION_DENIED', { reason: 'MEMBER_GONE' }), 'The account you’re linked to is no longer'],
  [problem('CONFLICT', { reason: 'USERNAME_SHARED' }), 'Several people in the directory'],
  [problem('CONFLICT', { reason: 'LIST_DELETING' }), '**news** is being deleted'],
  [problem('CONFLICT', { reason: 'SOMETHING_NEW' }), '**news** can’t take that just now'],
  [problem('NOT_FOUND', { reason: 'LIST_NOT_FOUND' }), 'no list called **news**'],
  [problem('TOO_MANY_REQUESTS', undefined, { 'retry-after': '9' }), 'You can go on'],
] as const)('refused: %#', async ([answer, words]) => {
  const story = await storyOfNews()
  story.api.script('PUT', /bob/, answer)
  await expect(await lists(story, story.alice, 'add', { list: 'news', username: 'bob' })).toSay(words)
})

test('names that would climb in the address are nobody’s', async () => {
  const story = await tellStory()
  story.api.managed.owned = ['news']
  await expect(await lists(story, story.alice, 'add', { list: 'news', username: '..' })).toSay(
    'Nobody in the directory has the user name **..**',
  )
  await expect(await lists(story, story.alice, 'add', { list: '..', username: 'bob' })).toSay(
    'no list called **..**',
  )
  expect(story.api.callsTo('PUT', /./)).toEqual([])
})

test('who decides on somebody else’s request has nothing to confirm, and no warning is logged', async () => {
  const story = await storyOfNews()
  const { api, alice, logged } = story
  api.model.outcome = { action: 'subscribe', state: 'cancelled', reason: { code: 'DENIED', message: '' } }
  api.script('POST', /told/, problem('NOT_FOUND', { reason: 'CHANGE_NOT_FOUND' }))
  await expect(await lists(story, alice, 'remove', { list: 'news', username: 'bob' })).toSay(
    'isn’t put on **news**',
  )
  await expect.poll(() => api.callsTo('POST', /told/)).toHaveLength(1)
  // Told after that, so that what comes of it is logged by then.
  await expect(await lists(story, alice, 'info', { list: 'news' })).toSay('news')
  expect(logged.join('')).not.toContain('told but not confirmed')
})
