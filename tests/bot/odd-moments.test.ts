import { expect, test } from 'vitest'
import { says, adminStory, lists, tellStory } from './_bot.ts'
import { managedList } from './_managed-lists.ts'
import { problem, subscription } from './_api.ts'

test('a list that was renamed while its deletion was confirmed is not said to be deleted', async () => {
  const story = await adminStory()
  const { standIn, api, alice } = story
  api.managed.items.push(managedList('news'))
  const handle = await lists(story, alice, 'delete', { list: 'news' })
  const confirm =
    (await handle.settled()).components.flatMap(({ components = [] }) => components)[0]?.custom_id ?? ''
  const modal = await standIn.press(alice, handle, confirm)
  await modal.modalShown()
  api.managed.items[0]!.name = 'tidings'
  const { content } = await says(await standIn.submitModal(alice, modal, { name: 'news' }), '**news**')
  expect(content).not.toContain('is deleted')
  expect(content).toContain('There’s no list called **news**')
})

test('a connection that is cut at the edit: the outcome is shown all the same', async () => {
  const { standIn, alice } = await tellStory()
  standIn.script({ method: 'PATCH', path: /^\/webhooks\//, times: 1, answer: { instead: 'cut' } })
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  const { content } = await handle.settled()
  expect(content).toContain('You’re on **news** now')
})

test('two clicks on “Withdraw”: the reply says that it was withdrawn', async () => {
  const { standIn, api, alice, bot } = await tellStory()
  api.model.outcome = { state: 'awaiting_approval', endedAt: null }
  const handle = await standIn.slash(alice, 'subscribe', { list: 'news' })
  const asked = await handle.settled()
  const id = asked.components.flatMap(({ components = [] }) => components)[0]?.custom_id ?? ''
  let times = 0
  api.script(
    'POST',
    /cancel/,
    () => {
      times += 1
      if (times > 1) return problem('CONFLICT', { reason: 'NOT_WAITING', state: 'cancelled' })
      api.end('change-1', { state: 'cancelled', reason: { code: 'CANCELLED', message: '' } })
      return { status: 200, body: api.changes.get('change-1') }
    },
    2,
  )
  const [one, other] = await Promise.all([standIn.press(alice, asked, id), standIn.press(alice, asked, id)])
  await expect.poll(() => times).toBe(2)
  await bot.stop()
  expect([one.reply?.content, other.reply?.content, handle.reply?.content].join('|')).not.toContain(
    'can’t be withdrawn',
  )
})

test('a list of that name is offered, though the descriptions of many others hold it', async () => {
  const story = await tellStory()
  const { standIn, api, alice } = story
  api.model.lists = [
    ...Array.from({ length: 150 }, (_, i) =>
      subscription(`club-${String(i).padStart(3, '0')}`, { description: 'For the staff of this club' }),
    ),
    subscription('staff', { displayName: 'staff' }),
  ]
  // As the API answers: what holds the words anywhere, by name.
  api.script(
    'GET',
    /^\/lists\?/,
    (call: { path: string }) => {
      const { searchParams } = new URL(call.path, 'http://api')
      const found = api.model.lists
        .filter(({ list, displayName, description }) =>
          `${list} ${displayName} ${description}`.toLowerCase().includes(searchParams.get('q') ?? ''),
        )
        .slice(0, Number(searchParams.get('limit')))
        .map(({ list, displayName, description }) => ({
          name: list,
          displayName,
          description,
          join: 'open',
          source: 'ldap',
          state: 'active',
        }))
      return { status: 200, body: { items: found, nextCursor: null } }
    },
    9,
  )
  const offered = await standIn.autocomplete(alice, 'lists', 'list', 'staff', { subcommand: 'info' })
  expect(offered).toMatchObject([{ value: 'staff' }])
})
