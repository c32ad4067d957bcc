import { expect, test } from 'vitest'
import type { DiscordMessage } from '../../sandbox/discord/wire.ts'
import type { AccountLink } from '../../domain/contracts/link.ts'
import { says, type Story, tellStory } from './_bot.ts'

const buttonsOf = ({ components }: DiscordMessage) =>
  components.flatMap(({ components: inner = [] }) => inner.map(({ custom_id }) => custom_id))

const linkOfMei: AccountLink = {
  username: 'yating',
  displayName: 'Ya-Ting *Chen*',
  linkedAt: '2026-01-02T03:04:05.000Z',
  method: 'web',
  state: 'present',
}

/** Alice is an admin, and Mei is linked. */
async function adminStory(): Promise<Story> {
  const story = await tellStory()
  story.api.model.me = { ...story.api.model.me, isAdmin: true }
  story.api.model.links[story.mei.id] = linkOfMei
  return story
}

test('an admin asks who somebody is', async () => {
  const { standIn, api, alice, mei } = await adminStory()
  const reply = await says(await standIn.slash(alice, 'whois', { user: mei.id }), 'in the directory')
  expect(reply.content).toBe(
    `👤 <@${mei.id}> is **Ya-Ting \\*Chen\\*** (yating) in the directory, linked <t:1767323045:D>.\n-# Proven by signing in with the password.`,
  )
  expect(reply.flags & 64).toBe(64)
  api.model.links[mei.id] = { ...linkOfMei, method: 'mail', state: 'gone' }
  await expect(await standIn.slash(alice, 'whois', { user: mei.id })).toSay(
    /a code from the mail[^]*no longer in the directory/,
  )
  await expect(await standIn.slash(alice, 'whois', { user: alice.id })).toSay('isn’t linked to anybody')
})

test('others may not ask, and need not be told more', async () => {
  const { standIn, api, alice, mei } = await tellStory()
  api.model.links[mei.id] = linkOfMei
  await expect(await standIn.slash(alice, 'whois', { user: mei.id })).toSay('You may not do that')
  const refused = await standIn.slash(mei, 'unlink', { user: alice.id })
  await expect(refused).toSay('你沒有權限這麼做')
  api.model.linked = false
  await expect(await standIn.slash(alice, 'whois', { user: mei.id })).toSay('I don’t know yet who you are')
  await expect(await standIn.slash(alice, 'unlink', { user: mei.id })).toSay('I don’t know yet who you are')
})

test('an admin ends somebody’s link after being asked', async () => {
  const { standIn, api, alice, mei } = await adminStory()
  const kept = await standIn.slash(alice, 'unlink', { user: mei.id })
  const asked = await says(kept, 'is linked to **Ya-Ting \\*Chen\\*** (yating). End that link?')
  expect(buttonsOf(asked)).toEqual([`unlink:other:${mei.id}`, 'unlink:keep'])
  await expect(await standIn.press(alice, kept, 'unlink:keep')).toSay('Nothing has changed')
  expect(api.callsTo('DELETE', /admin/)).toEqual([])

  const ended = await standIn.slash(alice, 'unlink', { user: mei.id })
  await ended.settled()
  const press = await standIn.press(alice, ended, `unlink:other:${mei.id}`)
  await expect(press).toSay(`<@${mei.id}> isn’t linked to anybody any more, and is told so`)
  const [call] = api.callsTo('DELETE', /^\/admin\/links\//)
  expect([call?.path, call?.headers['x-discord-user']]).toEqual([`/admin/links/${mei.id}`, alice.id])
  expect(call?.headers['idempotency-key']).toBeTruthy()
})

test('a link that has ended meanwhile needs no ending', async () => {
  const { standIn, api, alice, mei } = await adminStory()
  const handle = await standIn.slash(alice, 'unlink', { user: mei.id })
  await handle.settled()
  delete api.model.links[mei.id]
  await expect(await standIn.press(alice, handle, `unlink:other:${mei.id}`)).toSay('isn’t linked to anybody.')
})

test('who names themselves means their own link', async () => {
  const { standIn, api, alice } = await tellStory()
  const handle = await standIn.slash(alice, 'unlink', { user: alice.id })
  await expect(handle).toSay('You’re linked to **alice**. Unlink this Discord account?')
  await expect(await standIn.press(alice, handle, 'unlink:confirm')).toSay('Unlinked.')
  expect(api.callsTo('DELETE', /^\/links\/mine$/)).toHaveLength(1)
})
