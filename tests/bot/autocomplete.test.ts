import { expect, onTestFinished, test, vi } from 'vitest'
import { subscription } from './_api.ts'
import { tellStory } from './_bot.ts'

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
