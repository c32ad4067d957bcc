import { expect, test } from 'vitest'
import { problem } from './_api.ts'
import { type StoryOptions, tellStory } from './_bot.ts'

const asked = /^\/links\/mine\/role$/
const withRole: StoryOptions = { config: { hasVerifiedRole: true }, standIn: { membersIntent: true } }

test('somebody who joins: the API is asked to give their role back', async () => {
  const { standIn, api, alice } = await tellStory(withRole)
  await expect.poll(() => api.callsTo('POST', asked)).toHaveLength(2)
  standIn.leaveGuild(alice.id)
  standIn.joinGuild(alice)
  await expect.poll(() => api.callsTo('POST', asked)).toHaveLength(3)
  expect(api.callsTo('POST', asked).at(-1)?.headers['x-discord-user']).toBe(alice.id)
})

test('somebody who is not linked: nobody is bothered', async () => {
  const { standIn, api, alice, logged } = await tellStory(withRole)
  api.model.linked = false
  api.script('POST', asked, problem('NOT_LINKED'))
  standIn.leaveGuild(alice.id)
  standIn.joinGuild(alice)
  await expect.poll(() => api.callsTo('POST', asked)).toHaveLength(3)
  await expect(await standIn.slash(alice, 'help')).toSay('I keep the mailing lists')
  expect(logged.join('')).not.toContain('could not be asked for')
  expect(standIn.dmsOf(alice.id)).toEqual([])
})

test('while the API is away the bot lives on: the comparison will do it', async () => {
  const { standIn, api, alice, logged } = await tellStory(withRole)
  await api.goAway()
  standIn.leaveGuild(alice.id)
  standIn.joinGuild(alice)
  await expect
    .poll(() => logged.join(''), { timeout: 15_000 })
    .toContain('a role could not be asked for again')
  await expect(await standIn.slash(alice, 'help')).toSay('I keep the mailing lists')
}, 20_000)

test('without a role for linked members the bot asks for no privileged intent', async () => {
  const { standIn, api, alice } = await tellStory({ standIn: { membersIntent: false } })
  standIn.leaveGuild(alice.id)
  standIn.joinGuild(alice)
  await expect(await standIn.slash(alice, 'help')).toSay('I keep the mailing lists')
  expect(api.calls).toEqual([])
})

test('with the intent switched off the bot ends with a sentence that names the switch', async () => {
  const refused = tellStory({ config: { hasVerifiedRole: true }, standIn: { membersIntent: false } })
  await expect(refused).rejects.toThrow('Switch on “Server Members Intent” in the developer portal')
})

test('switched off while it runs: the same, at the next connection', async () => {
  const { standIn, bot } = await tellStory(withRole)
  standIn.switchMembersIntent(false)
  standIn.dropGateway({ resumable: false })
  expect((await bot.lost).message).toContain('“Server Members Intent”')
}, 20_000)
