import { expect, onTestFinished, test, vi } from 'vitest'
import { createSight } from '../../bot/context.ts'
import { createListMemory } from '../../bot/lists/list-memory.ts'
import { createPageMemory } from '../../bot/lists/page-memory.ts'
import type { InteractionHandle } from '../../sandbox/discord/stand-in.ts'
import { subscription } from './_api.ts'
import { adminStory, tellStory } from './_bot.ts'
import { managedList } from './_managed-lists.ts'

test('offers what makes sense for this member: lists they are not on, or are on', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists.push(
    subscription('joining', { pending: { changeId: 'c', wanted: 'subscribe', state: 'queued' } }),
    subscription('leaving', {
      subscribed: true,
      pending: { changeId: 'c', wanted: 'unsubscribe', state: 'queued' },
    }),
  )
  const namesOf = async (command: string, typed: string) =>
    (await standIn.autocomplete(alice, command, 'list', typed)).map(({ value }) => value)
  expect(await namesOf('subscribe', '')).toEqual(['news', 'leaving'])
  expect(await namesOf('unsubscribe', '')).toEqual(['chess', 'joining'])
})

test('best matches first, by name and by title; one question for a word that is typed', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = [
    subscription('old-board', {}),
    subscription('b-team', { displayName: 'The board' }),
    subscription('games', { displayName: 'Board games' }),
    subscription('board', {}),
    subscription('x'.repeat(101), { displayName: 'board' }),
  ]
  for (const typed of ['b', 'bo', 'Boa']) await standIn.autocomplete(alice, 'subscribe', 'list', typed)
  const choices = await standIn.autocomplete(alice, 'subscribe', 'list', 'Board')
  expect(choices).toEqual([
    { name: 'board', value: 'board' },
    { name: 'games · Board games', value: 'games' },
    { name: 'old-board', value: 'old-board' },
    { name: 'b-team · The board', value: 'b-team' },
  ])
  expect(api.callsTo('GET', /subscriptions/)).toHaveLength(1)
})

test('at most 25, with names that fit', async () => {
  const { standIn, api, alice } = await tellStory()
  api.model.lists = Array.from({ length: 40 }, (_, index) =>
    subscription(`list-${index}`, { displayName: '長'.repeat(200) }),
  )
  const choices = await standIn.autocomplete(alice, 'subscribe', 'list', 'list')
  expect(choices).toHaveLength(25)
  expect(choices[0]?.name).toHaveLength(100)
})

test('a slow API: an empty offer in time, then what it said too late, without another question', async () => {
  const { standIn, api, alice } = await tellStory({ bot: { timing: { completeWithinMs: 300 } } })
  const { promise, resolve } = Promise.withResolvers<void>()
  api.script('GET', /subscriptions/, async () => {
    await promise
    return { status: 200, body: { items: api.model.lists } }
  })
  for (const typed of ['n', 'ne'])
    expect(await standIn.autocomplete(alice, 'subscribe', 'list', typed)).toEqual([])
  resolve()
  await expect
    .poll(() => standIn.autocomplete(alice, 'subscribe', 'list', 'new'))
    .toMatchObject([{ value: 'news' }])
  expect(api.callsTo('GET', /subscriptions/)).toHaveLength(1)
})

test('an API that is slow later: what is remembered of minutes ago, and nothing of an hour ago', async () => {
  const { standIn, api, alice, mei } = await tellStory({ bot: { timing: { completeWithinMs: 300 } } })
  const offered = (user: typeof alice) => standIn.autocomplete(user, 'subscribe', 'list', 'n')
  expect(await offered(alice)).toMatchObject([{ value: 'news' }])
  const release = api.hold('GET', /subscriptions/)
  const later = aheadOfTime()
  later(5 * 60_000)
  expect(await offered(alice)).toMatchObject([{ value: 'news' }])
  expect(api.callsTo('GET', /subscriptions/)).toHaveLength(2)
  // It is hers alone.
  expect(await offered(mei)).toEqual([])
  later(60 * 60_000)
  expect(await offered(alice)).toEqual([])
  release()
})

/** Gives what puts the clock forward, for this test. */
function aheadOfTime(): (byMs: number) => void {
  let aheadMs = 0
  const { now } = Date
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + aheadMs)
  onTestFinished(() => clock.mockRestore())
  return (byMs) => {
    aheadMs += byMs
  }
}

test('what was just done counts for what is offered next, whichever way it was done', async () => {
  const { standIn, api, alice, mei } = await adminStory()
  api.managed.items.push(managedList('news'))
  api.managed.accounts[mei.id] = 'bob'
  const now = { isOn: false }
  api.script(
    'GET',
    /^\/user\/subscriptions$/,
    () => ({ status: 200, body: { items: [subscription('news', { subscribed: now.isOn })] } }),
    Infinity,
  )
  const offered = async (user = alice) =>
    (await standIn.autocomplete(user, 'subscribe', 'list', 'n')).map(({ value }) => value)
  const isOffered = async (does: () => Promise<InteractionHandle>, words: string, user = alice) => {
    expect(await offered(user)).toEqual(now.isOn ? [] : ['news'])
    now.isOn = !now.isOn
    await expect(await does()).toSay(words)
    expect(await offered(user)).toEqual(now.isOn ? [] : ['news'])
  }
  await isOffered(() => standIn.slash(alice, 'subscribe', { list: 'news' }), 'You’re on **news** now')
  const menu = await standIn.slash(alice, 'subscriptions')
  await menu.settled()
  await isOffered(() => standIn.select(alice, menu, 'subscriptions:choose:0', []), 'You’re off **news** now')
  const add = () => standIn.slash(alice, 'lists', { list: 'news', user: mei.id }, { subcommand: 'add' })
  await isOffered(add, 'is on **news** now', mei)
})

test('an answer that was on its way before something was done is not remembered', async () => {
  const { standIn, api, alice } = await tellStory({ bot: { timing: { completeWithinMs: 300 } } })
  const { promise, resolve } = Promise.withResolvers<void>()
  let isAnswered = false
  api.script('GET', /subscriptions/, async () => {
    const before = { status: 200, body: { items: api.model.lists } }
    await promise
    isAnswered = true
    return before
  })
  expect(await standIn.autocomplete(alice, 'subscribe', 'list', 'n')).toEqual([])
  await expect(await standIn.slash(alice, 'subscribe', { list: 'news' })).toSay('You’re on **news** now')
  api.model.lists = [subscription('news', { subscribed: true })]
  resolve()
  await expect.poll(() => isAnswered).toBe(true)
  await expect(await standIn.slash(alice, 'help')).toSay('I keep the mailing lists')
  expect(await standIn.autocomplete(alice, 'subscribe', 'list', 'n')).toEqual([])
})

test('what is remembered is forgotten with the link', async () => {
  const { standIn, api, alice, mei } = await adminStory()
  api.model.links[mei.id] = {
    username: 'yating',
    displayName: 'Ya-Ting',
    linkedAt: '2026-01-02T03:04:05.000Z',
    method: 'web',
    state: 'present',
  }
  api.script('DELETE', /^\/user\/data$/, () => {
    api.model.linked = false
    return { status: 204 }
  })
  const offered = async (user: typeof alice) =>
    (await standIn.autocomplete(user, 'subscribe', 'list', 'n')).map(({ value }) => value)
  const press = async (handle: InteractionHandle, id: string, words: string) => {
    await handle.settled()
    await expect(await standIn.press(alice, handle, id)).toSay(words)
  }
  expect(await offered(mei)).toEqual(['news'])
  const other = await standIn.slash(alice, 'unlink', { user: mei.id })
  await press(other, `unlink:other:${mei.id}`, 'any more')
  expect(await offered(alice)).toEqual(['news'])
  await press(await standIn.slash(alice, 'unlink'), 'unlink:confirm', 'Unlinked')
  expect([await offered(mei), await offered(alice)]).toEqual([['/link'], ['/link']])
  api.model.linked = true
  expect(await offered(alice)).toEqual(['news'])
  const forget = await standIn.slash(alice, 'privacy', {}, { subcommand: 'forget' })
  await press(forget, 'privacy:forget', 'I’ve forgotten you')
  expect(await offered(alice)).toEqual(['/link'])
})

test('whom an account acts for now counts for what it is offered, not whom it acted for before', async () => {
  const { standIn, api, alice } = await tellStory()
  const offered = async () =>
    (await standIn.autocomplete(alice, 'subscribe', 'list', 'n')).map(({ value }) => value)
  api.model.linked = false
  const handle = await standIn.slash(alice, 'link')
  await handle.settled()
  api.model.linked = true
  expect(await offered()).toEqual(['news'])
  api.model.lists = [subscription('notes')]
  const press = await standIn.press(alice, handle, 'link:code')
  await expect(await standIn.submitModal(alice, press, { code: '123456' })).toSay('Hello')
  expect(await offered()).toEqual(['notes'])
})

test('so many members and pages are remembered, and who came longest ago is forgotten first', () => {
  const lists = createListMemory({ members: 2, maxAgeMs: 60_000 })
  for (const member of ['one', 'two', 'one', 'three']) lists.remember(member, [])
  expect(['one', 'two', 'three'].map((member) => lists.recall(member))).toEqual([[], undefined, []])
  const pages = createPageMemory(2)
  const leafing = { list: 'news', q: '', cursors: [null] }
  for (const key of ['one', 'two', 'one', 'three']) pages.remember(key, leafing)
  expect(['one', 'two', 'three'].map((key) => pages.recall(key) !== undefined)).toEqual([true, false, true])
  const isNew = createSight(2)
  expect(['one', 'two', 'two', 'three', 'one'].map((id) => isNew(id))).toEqual([
    true,
    true,
    false,
    true,
    true,
  ])
})

test('an API that is down: an empty offer, and no harm', async () => {
  const { standIn, api, alice } = await tellStory()
  await api.goAway()
  expect(await standIn.autocomplete(alice, 'subscribe', 'list', 'n')).toEqual([])
  await api.comeBack()
  expect(await standIn.autocomplete(alice, 'subscribe', 'list', 'n')).toHaveLength(1)
})

test('without a link: the way to get one', async () => {
  const { standIn, api, alice, mei } = await tellStory()
  api.model.linked = false
  expect(await standIn.autocomplete(alice, 'subscribe', 'list', 'n')).toEqual([
    { name: 'Link your account first: press Enter and I’ll show you how', value: '/link' },
  ])
  expect((await standIn.autocomplete(mei, 'subscribe', 'list', 'n'))[0]?.name).toContain('請先連結帳號')
})
