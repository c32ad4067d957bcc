import { expect, test } from 'vitest'
import type { DiscordMessage } from '../../sandbox/discord/wire.ts'
import { problem, subscription } from './_api.ts'
import { adminStory, lists, says, tellStory } from './_bot.ts'
import { managedList } from './_managed-lists.ts'

const buttonsOf = ({ components }: DiscordMessage) =>
  components.flatMap(({ components: inner = [] }) => inner.map(({ custom_id }) => custom_id ?? ''))

test('a member looks at a list: what it is for, who may join, and whether they are on it', async () => {
  const story = await tellStory()
  story.api.managed.items.push(
    managedList('news', {
      displayName: 'News of *the* guild',
      description: 'What happens, @everyone',
      memberCount: 7,
    }),
    managedList('board', { join: 'closed' }),
  )
  const news = await says(await lists(story, story.alice, 'info', { list: 'news' }), '📋')
  const id = story.standIn.commands.find(({ name }) => name === 'subscribe')?.id
  expect(news.content.split('\n')).toEqual([
    String.raw`📋 **news** News of \*the\* guild`,
    String.raw`What happens, \@everyone`,
    '🚪 Everybody may join.',
    `▫️ You’re not on it. </subscribe:${id}> puts you on it.`,
  ])
  expect(news.flags & 64).toBe(64)
  expect(story.api.callsTo('GET', /^\/admin/)).toEqual([])
  story.api.model.lists.push(subscription('board', { subscribed: true }))
  await expect(await lists(story, story.alice, 'info', { list: 'BOARD' })).toSay(
    /Closed: its owners[^]*You’re on it/,
  )
  await expect(await lists(story, story.mei, 'info', { list: 'board' })).toSay(/不開放加入[^]*你在這個清單裡/)
  await expect(await lists(story, story.alice, 'info', { list: 'nowhere' })).toSay(
    'no list called **nowhere**',
  )
})

const pending = (wanted: 'subscribe' | 'unsubscribe', state: 'queued' | 'awaiting_approval') => ({
  pending: { changeId: 'c', wanted, state },
})

test('their place on it is told as it is: asked for, on its way, or out of their hands', async () => {
  const story = await tellStory()
  story.api.managed.items.push(
    managedList('news', { description: 'news' }),
    managedList('club', { join: 'closed' }),
    managedList('old', { state: 'deleting' }),
  )
  for (const [place, words] of [
    [subscription('news', pending('subscribe', 'awaiting_approval')), 'Your request to join it waits'],
    [subscription('news', pending('subscribe', 'queued')), 'about to be on it'],
    [subscription('news', pending('unsubscribe', 'queued')), 'about to be off it'],
    [subscription('club'), /not on it\.$/],
    [subscription('old'), /not on it\.$/],
  ] as const) {
    story.api.model.lists = [place]
    const handle = await lists(story, story.alice, 'info', { list: place.list })
    await expect(handle).toSay(words)
    // What it is for is said once.
    expect(handle.reply?.content.split('\n')).not.toContain('news')
  }
  story.api.script('GET', /subscriptions/, problem('UNAVAILABLE'), 9)
  const { content } = await says(await lists(story, story.alice, 'info', { list: 'news' }), 'may join')
  expect(content).not.toContain('on it')
})

test('its manager is told more: how many, by whom, seen by whom, and what other tools may do', async () => {
  const story = await adminStory()
  const owners = Array.from({ length: 14 }, (_, index) => `own_er${index}`)
  story.api.managed.items.push(
    managedList('news', { memberCount: 1_234, owners, hidden: true, drift: 'report', state: 'deleting' }),
  )
  const { content } = await says(await lists(story, story.alice, 'info', { list: 'news' }), '📋')
  expect(content).toContain('🗑️ It’s being deleted.')
  expect(content).toContain('On it: 1234.')
  expect(content).toContain(String.raw`Owners: own\_er0, own\_er1,`)
  expect(content).toContain('and 4 more')
  expect(content).toContain('Hidden: seen only by who is on it')
  expect(content).toContain('Edits by other tools count, and admins are told.')
  await expect(await lists(story, story.mei, 'info', { list: 'news' })).toSay(
    String.raw`負責人：own\_er0、own\_er1、`,
  )
})

test('an admin makes a list: accepted at once, told when the directory has it', async () => {
  const story = await adminStory()
  const handle = await lists(story, story.alice, 'create', {
    name: 'Chess-Club',
    description: 'For\tplayers',
    join: 'approval',
    hidden: true,
  })
  await expect(handle).toSay('**Chess-Club** is being made in the directory')
  const [call] = story.api.callsTo('POST', /^\/admin\/lists$/)
  expect(call?.body).toEqual({
    name: 'Chess-Club',
    description: 'For players',
    join: 'approval',
    hidden: true,
  })
  expect(call?.headers['idempotency-key']).toBe(handle.id)
  story.api.managed.items[0]!.state = 'active'
  await expect(handle).toSay('✅ **Chess-Club** is there.')
})

test('while nothing is written, a list is not said to be made: what would be written is shown', async () => {
  const story = await adminStory()
  story.api.managed.observing = true
  const handle = await lists(story, story.alice, 'create', { name: 'club' })
  await expect(handle).toSay('only observing at the moment (WRITES=off)')
  const ldif = 'dn: cn=club,ou=lists,dc=example,dc=org\nchangetype: add\n'
  story.api.managed.items[0]!.wouldWrite = ldif
  const { content } = await says(handle, 'dn: cn=club')
  expect(content).not.toContain('being made')
  expect(content).toContain(`\`\`\`ldif\n${ldif}`)
  await expect(await lists(story, story.alice, 'info', { list: 'club' })).toSay(
    /only observing at the moment[^]*dn: cn=club/,
  )
  await expect(await lists(story, story.mei, 'create', { name: 'more' })).toSay('目前只觀察（WRITES=off）')
})

test('while nothing is written, other words about a list do not reach the directory within moments', async () => {
  const story = await adminStory()
  story.api.managed.items.push(managedList('news'))
  story.api.managed.observing = true
  const handle = await lists(story, story.alice, 'edit', { list: 'news', description: 'what is new' })
  const { content } = await says(handle, 'only observing at the moment (WRITES=off)')
  expect(content).not.toContain('within moments')
})

test('while nothing is written, a list is not said to be being deleted either', async () => {
  const story = await adminStory()
  const { standIn, api, alice } = story
  api.managed.items.push(managedList('news'))
  api.managed.observing = true
  const asked = await lists(story, alice, 'delete', { list: 'news' })
  const modal = await standIn.press(alice, asked, buttonsOf(await asked.settled())[0] ?? '')
  const handle = await standIn.submitModal(alice, modal, { name: 'news' })
  await expect(handle).toSay(/only observing at the moment \(WRITES=off\)[^]*\*\*news\*\* stays/)
  api.managed.items[0]!.wouldWrite = 'dn: cn=news,ou=lists\nchangetype: delete\n'
  await expect(handle).toSay(/\*\*news\*\* stays[^]*changetype: delete/)
})

test('a list that the directory refuses is not left as “being made”', async () => {
  const story = await adminStory()
  const handle = await lists(story, story.alice, 'create', { name: 'club' })
  await expect(handle).toSay('is being made')
  story.api.managed.remove('club')
  await expect(handle).toSay('could not be made: the directory refused it')
})

test('while the API restarts a new list is followed all the same', async () => {
  const story = await adminStory()
  const handle = await lists(story, story.alice, 'create', { name: 'club' })
  await expect(handle).toSay('is being made')
  story.api.script('GET', /^\/lists\/club$/, problem('UNAVAILABLE'), 2)
  story.api.managed.items[0]!.state = 'active'
  await expect(handle).toSay('✅ **club** is there.')
})

test('when it takes too long to wait for, it says where to look later', async () => {
  const story = await adminStory({ bot: { timing: { followForMs: 1_000 } } })
  const handle = await lists(story, story.alice, 'create', { name: 'club' })
  await expect(handle).toSay(/still not in the directory[^]*The order is safe/)
})

test('who may not look any more hears that the order is safe', async () => {
  const story = await adminStory()
  const handle = await lists(story, story.alice, 'create', { name: 'club' })
  await expect(handle).toSay('is being made')
  story.api.model.linked = false
  await expect(handle).toSay('The order is safe')
})

test('while nothing is written, a deletion is not said to be on its way, however long one waits', async () => {
  const story = await adminStory({ bot: { timing: { followForMs: 1_000 } } })
  const { standIn, api, alice } = story
  api.managed.items.push(managedList('news'))
  api.managed.observing = true
  const asked = await lists(story, alice, 'delete', { list: 'news' })
  const modal = await standIn.press(alice, asked, buttonsOf(await asked.settled())[0] ?? '')
  const handle = await standIn.submitModal(alice, modal, { name: 'news' })
  await handle.settled()
  await story.bot.stop()
  expect(handle.reply?.content).toContain('only observing at the moment')
})

test.each(['-news', 'two words', 'ü', 'a'.repeat(64).replace(/.$/, '_'), '**'])(
  'the name “%s” is refused before the API has to',
  async (name) => {
    const story = await adminStory()
    await expect(await lists(story, story.alice, 'create', { name })).toSay('can’t be a list’s name')
    story.api.managed.items.push(managedList('news'))
    await expect(await lists(story, story.alice, 'edit', { list: 'news', name })).toSay(
      'can’t be a list’s name',
    )
    expect(story.api.callsTo('POST', /admin/)).toEqual([])
    expect(story.api.callsTo('PATCH', /admin/)).toEqual([])
  },
)

test('a name that is taken, whatever its case', async () => {
  const story = await adminStory()
  story.api.managed.items.push(managedList('news'))
  await expect(await lists(story, story.alice, 'create', { name: 'NEWS' })).toSay(
    'There’s a list called **NEWS** already',
  )
})

test('editing sends only what was given, and shows the list as it is then', async () => {
  const story = await adminStory()
  story.api.managed.items.push(managedList('news'))
  const handle = await lists(story, story.alice, 'edit', { list: 'news', join: 'closed', drift: 'report' })
  await expect(handle).toSay(/✅ Changed\.[^]*Closed: its owners[^]*admins are told/)
  expect(story.api.callsTo('PATCH', /^\/admin\/lists\/news$/)[0]?.body).toEqual({
    join: 'closed',
    drift: 'report',
  })
  const nothing = await lists(story, story.alice, 'edit', { list: 'news' })
  await expect(nothing).toSay('at least one of: `name`, `description`, `join`, `hidden`, `drift`')
  expect(story.api.callsTo('PATCH', /./)).toHaveLength(1)
})

test('a new name and description, or none: the list is shown under its new name', async () => {
  const story = await adminStory()
  story.api.managed.items.push(managedList('news', { description: 'old' }), managedList('chess'))
  const wish = { list: 'news', name: ' tidings ', description: ' - ' }
  const handle = await lists(story, story.alice, 'edit', wish)
  await expect(handle).toSay(
    /This is how \*\*tidings\*\* is now:\n-# The directory gets[^]*📋 \*\*tidings\*\*/,
  )
  expect(story.api.callsTo('PATCH', /./)[0]?.body).toEqual({ name: 'tidings', description: '' })
  const lines = { list: 'tidings', description: ' what\t happens ' }
  await expect(await lists(story, story.alice, 'edit', lines)).toSay('what happens')
  expect(story.api.callsTo('PATCH', /./)[1]?.body).toEqual({ description: 'what happens' })
  story.api.script('PATCH', /tidings/, problem('CONFLICT', { reason: 'LIST_NAME_TAKEN' }))
  await expect(await lists(story, story.alice, 'edit', { list: 'tidings', name: 'chess' })).toSay(
    'There’s a list called **chess** already',
  )
})

test('an owner is told what is theirs to set', async () => {
  const story = await tellStory()
  story.api.managed.items.push(managedList('news'))
  story.api.managed.owned = ['news']
  story.api.script('PATCH', /news/, problem('PERMISSION_DENIED', { reason: 'FIELD_ADMINS_ONLY' }))
  await expect(await lists(story, story.alice, 'edit', { list: 'news', hidden: true })).toSay(
    'As an owner you set what it’s for',
  )
})

test('deleting asks for the list’s name; a wrong one deletes nothing', async () => {
  const story = await adminStory()
  const { standIn, api, alice } = story
  const long = `${'long-'.repeat(40)}name`
  api.managed.items.push(managedList('news', { memberCount: 41 }), managedList(long))
  const handle = await lists(story, alice, 'delete', { list: 'NEWS' })
  const asked = await says(handle, 'everybody’s place on it: **41** now')
  const [confirm = '', keep] = buttonsOf(asked)
  expect(keep).toBe('lists:keep')

  const wrong = await standIn.press(alice, handle, confirm)
  for (const name of ['NEWS', 'new', long])
    await expect(await standIn.submitModal(alice, wrong, { name })).toSay('nothing was deleted')
  expect(api.callsTo('DELETE', /./)).toEqual([])

  const right = await standIn.press(alice, handle, confirm)
  const deleted = await standIn.submitModal(alice, right, { name: ' news ' })
  await expect(deleted).toSay('**news** is being deleted')
  api.managed.remove('news')
  const end = await says(deleted, '✅ **news** is deleted')
  expect(end.components).toEqual([])
  expect(api.callsTo('DELETE', /^\/admin\/lists\/news$/)).toHaveLength(1)

  const other = await lists(story, alice, 'delete', { list: long })
  const longModal = await standIn.press(alice, other, buttonsOf(await other.settled())[0] ?? '')
  await expect(await standIn.submitModal(alice, longModal, { name: long })).toSay('is being deleted')
})

test('a deletion that the directory refused, one that was thought better of, and one that is done already', async () => {
  const story = await adminStory()
  const { standIn, api, alice } = story
  api.managed.items.push(managedList('news'))
  const handle = await lists(story, alice, 'delete', { list: 'news' })
  const confirm = buttonsOf(await handle.settled())[0] ?? ''
  const modal = await standIn.press(alice, handle, confirm)
  const deleted = await standIn.submitModal(alice, modal, { name: 'news' })
  await expect(deleted).toSay('is being deleted')
  api.managed.items[0]!.state = 'active'
  await expect(deleted).toSay('could not be deleted, so it stays as it was')

  const kept = await lists(story, alice, 'delete', { list: 'news' })
  await kept.settled()
  await expect(await standIn.press(alice, kept, 'lists:keep')).toSay('Nothing was deleted')

  const late = await lists(story, alice, 'delete', { list: 'news' })
  await late.settled()
  const lateModal = await standIn.press(alice, late, confirm)
  await lateModal.modalShown()
  api.managed.remove('news')
  await expect(await standIn.submitModal(alice, lateModal, { name: 'news' })).toSay('no list called **news**')
  await expect(await lists(story, alice, 'delete', { list: 'news' })).toSay('no list called **news**')
})

test('who may not is told so, whatever they try', async () => {
  const story = await tellStory()
  story.api.managed.items.push(managedList('news'))
  for (const [subcommand, options] of [
    ['create', { name: 'mine' }],
    ['edit', { list: 'news', join: 'open' }],
    ['delete', { list: 'news' }],
    ['members', { list: 'news' }],
    ['add', { list: 'news', username: 'bob' }],
    ['remove', { list: 'news', username: 'bob' }],
  ] as const)
    await expect(await lists(story, story.alice, subcommand, options)).toSay('You may not do that')
  story.api.model.linked = false
  await expect(await lists(story, story.alice, 'info', { list: 'news' })).toSay(
    'I don’t know yet who you are',
  )
})

test('suggestions: what one may see for info, what one may manage for the rest', async () => {
  const { standIn, api, alice } = await tellStory()
  api.managed.items.push(managedList('new-members'), managedList('brand-new'), managedList('news'))
  api.managed.owned = ['brand-new', 'new-members']
  const offered = async (subcommand: string, typed: string) =>
    (await standIn.autocomplete(alice, 'lists', 'list', typed, { subcommand })).map(({ value }) => value)
  expect(await offered('info', 'n')).toEqual(['news'])
  for (const subcommand of ['edit', 'delete', 'members', 'add', 'remove'])
    expect(await offered(subcommand, 'new')).toEqual(['new-members', 'brand-new'])
  api.managed.owned = null
  expect(await offered('edit', 'new')).toEqual([])
  await api.goAway()
  expect(await offered('edit', 'new')).toEqual([])
  await api.comeBack()
  api.model.linked = false
  expect(await offered('edit', 'new')).toEqual(['/link'])
})

test('/help names the parts, with those for owners and admins apart', async () => {
  const { standIn, alice } = await tellStory()
  const { content } = await (await standIn.slash(alice, 'help')).settled()
  for (const part of ['info', 'members', 'add', 'remove', 'edit', 'create', 'delete'])
    expect(content).toMatch(new RegExp(`</lists ${part}:\\d+>`))
  expect(content).toMatch(/For admins:.*<\/status:\d+>/)
})
