import { beforeAll, expect, test } from 'vitest'
import type { DiscordUser, OptionValues } from '../../sandbox/discord/stand-in.ts'
import { lists as invented } from '../../sandbox/people.ts'
import { createSystem, type System } from '../_support/system.ts'

let system: System
let ada: DiscordUser
let alice: DiscordUser

beforeAll(async () => {
  system = await createSystem()
  await Promise.all([system.start('api'), system.start('bot'), system.worker({}, system.environment)])
  await system.mirrored()
  ada = system.onDiscord('ada')
  alice = system.onDiscord('alice')
  await system.link(ada, 'ada')
  await system.link(alice, 'alice')
})

const lists = (user: DiscordUser, subcommand: string, options: OptionValues) =>
  system.discord.slash(user, 'lists', options, { subcommand })

type Handle = Awaited<ReturnType<typeof lists>>

/** Less than a test has, so that what was said instead is shown. */
const patienceMs = 15_000

/** The reply, once it says this. */
const saying = async (handle: Promise<Handle>, words: string | RegExp) =>
  (await (await handle).until(({ content }) => new RegExp(words).test(content), patienceMs)).content

const entryOf = (name: string) =>
  system.directory.ldapsearch(system.directory.listsBase, `(cn=${name})`, 'cn', 'description')

const onList = async (name: string) => {
  const values = await system.directory.membersOf(name)
  return ['alice', 'bob'].filter((uid) => values.includes(system.directory.memberValue(uid)))
}

test('an admin makes a list in Discord, and it is a real entry of the directory', async () => {
  const made = lists(ada, 'create', { name: 'book-club', description: 'Books, monthly', join: 'open' })
  await saying(made, '✅ \\*\\*book-club\\*\\* is there')
  expect(await entryOf('book-club')).toContain('description: Books, monthly')
  await saying(lists(ada, 'create', { name: 'Book-Club' }), 'called \\*\\*Book-Club\\*\\* already')
  await saying(lists(alice, 'create', { name: 'mine' }), 'You may not do that')
})

test('members join it, by themselves and by the admin’s hand', async () => {
  await saying(lists(alice, 'info', { list: 'book-club' }), /Books, monthly[^]*Everybody may join/)
  await saying(system.discord.slash(alice, 'subscribe', { list: 'book-club' }), '✅ You’re on')
  await saying(lists(ada, 'add', { list: 'book-club', username: 'bob' }), '✅ \\*\\*bob\\*\\* is on')
  expect(await onList('book-club')).toEqual(['alice', 'bob'])
  await saying(
    lists(ada, 'members', { list: 'book-club' }),
    /\*\*alice\*\* Alice Anderson\n.*\*\*bob\*\* Bob Brown$/,
  )
  await saying(lists(ada, 'info', { list: 'book-club' }), 'On it: 2\\.')
  await saying(lists(alice, 'members', { list: 'book-club' }), 'You may not do that')
  await saying(lists(ada, 'add', { list: 'book-club', username: 'nobody' }), 'Nobody in the directory')
})

test('it is renamed and described anew, there too', async () => {
  const edited = lists(ada, 'edit', { list: 'book-club', name: 'readers', description: 'Books, weekly' })
  await saying(edited, '✅ Changed\\. This is how \\*\\*readers\\*\\*')
  await expect.poll(() => entryOf('readers')).toContain('description: Books, weekly')
  expect(await entryOf('book-club')).not.toContain('dn:')
})

test('somebody is taken off by a mention of their linked account', async () => {
  await saying(lists(ada, 'remove', { list: 'readers', user: alice.id }), '✅ \\*\\*alice\\*\\* is off')
  expect(await onList('readers')).toEqual(['bob'])
})

test('taking too many off waits for an admin’s yes, and is told in the same reply', async () => {
  const choir = invented.find(({ name }) => name === 'choir')?.members ?? []
  const [last = '', ...first] = choir.slice(0, 6)
  for (const username of first) await saying(lists(ada, 'remove', { list: 'choir', username }), 'is off')
  const held = lists(ada, 'remove', { list: 'choir', username: last })
  await saying(held, 'waits for an admin’s yes')
  const value = system.directory.memberValue(last)
  expect(await system.directory.membersOf('choir')).toContain(value)
  await saying(system.discord.slash(ada, 'status'), 'admin’s yes: 1')

  const holds = (await (await system.api('/admin/holds', ada)).json()) as { items: { id: string }[] }
  await system.api(`/admin/holds/${holds.items[0]?.id}/approve`, ada, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ revision: 1 }),
  })
  await saying(held, `✅ \\*\\*${last}\\*\\* is off`)
  expect(await system.directory.membersOf('choir')).not.toContain(value)
})

test('/status tells an admin how it goes', async () => {
  const told = await saying(system.discord.slash(ada, 'status'), 'Audit')
  expect(told).toMatch(/Directory \(ldap\): writable\n.*people, 13 lists/)
  await saying(system.discord.slash(alice, 'status'), 'You may not do that')
})

test('it is deleted once its name was typed, and not before', async () => {
  const asking = await lists(ada, 'delete', { list: 'readers' })
  const asked = await asking.settled()
  const confirm = asked.components[0]?.components?.[0]?.custom_id ?? ''
  const wrong = await system.discord.press(ada, asking, confirm)
  await saying(system.discord.submitModal(ada, wrong, { name: 'reader' }), 'nothing was deleted')
  expect(await onList('readers')).toEqual(['bob'])
  const right = await system.discord.press(ada, asking, confirm)
  await saying(
    system.discord.submitModal(ada, right, { name: 'readers' }),
    '✅ \\*\\*readers\\*\\* is deleted',
  )
  expect(await entryOf('readers')).not.toContain('dn:')
  await saying(system.discord.slash(alice, 'subscribe', { list: 'readers' }), 'no list called')
})
