import { expect, test } from 'vitest'
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

test('a slow API: an empty offer in time, then what is remembered', async () => {
  const { standIn, api, alice } = await tellStory({ bot: { timing: { completeWithinMs: 300 } } })
  const release = api.hold('GET', /subscriptions/)
  expect(await standIn.autocomplete(alice, 'subscribe', 'list', 'n')).toEqual([])
  release()
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
