import { Routes } from 'discord.js'
import { expect, test } from 'vitest'
import { applicationId, botFor, guildId, roleId, standInForTest } from './test-bot.ts'

const alice = { id: '600000000000000001', username: 'alice' }

test('a person is told directly, unless they closed their messages or left', async () => {
  const standIn = await standInForTest()
  const user = standIn.addUser(alice)
  const { client } = await botFor(standIn, [], async () => {})
  const tell = async (content: string) => (await client.users.fetch(user.id)).send(content)
  await tell('done')
  expect(standIn.dmsOf(user.id).map(({ content }) => content)).toEqual(['done'])
  standIn.closeDms(user.id)
  await expect(tell('closed')).rejects.toMatchObject({ status: 403, code: 50_007 })
  standIn.closeDms(user.id, false)
  standIn.leaveGuild(user.id)
  await expect(tell('gone')).rejects.toMatchObject({ code: 50_278 })
  expect(standIn.dmsOf(user.id)).toHaveLength(1)
})

test('roles are given and taken, but not those above the bot', async () => {
  const high = { id: '500000000000000002', name: 'owners', aboveBot: true }
  const standIn = await standInForTest({ roles: [{ id: roleId, name: 'verified' }, high] })
  const user = standIn.addUser(alice)
  const { client } = await botFor(standIn, [], async () => {})
  const member = await client.guilds.cache.get(guildId)?.members.fetch(user.id)
  await member?.roles.add(roleId)
  expect(standIn.rolesOf(user.id)).toEqual([roleId])
  await member?.roles.remove(roleId)
  expect(standIn.rolesOf(user.id)).toEqual([])
  await expect(member?.roles.add(high.id)).rejects.toMatchObject({ code: 50_013 })
  standIn.leaveGuild(user.id)
  await expect(client.rest.put(Routes.guildMemberRole(guildId, user.id, roleId))).rejects.toMatchObject({
    code: 10_007,
  })
})

test('a button in a direct message can be pressed, and a command of the server not be typed there', async () => {
  const standIn = await standInForTest()
  const user = standIn.addUser(alice)
  const go = { name: 'go', description: 'Go' }
  const { client } = await botFor(standIn, [go], async (interaction) => {
    if (interaction.isButton()) await interaction.update({ content: 'thanks', components: [] })
  })
  const components = [{ type: 1, components: [{ type: 2, style: 1, custom_id: 'ok', label: 'OK' }] }]
  await (await client.users.fetch(user.id)).send({ content: 'ready', components })
  const [message] = standIn.dmsOf(user.id)
  if (!message) throw new Error('nothing was sent')
  const pressed = await standIn.press(user, message, 'ok')
  expect((await pressed.settled()).content).toBe('thanks')
  await expect(standIn.slash(user, 'go', {}, { channelId: message.channel_id })).rejects.toThrow(
    'direct messages',
  )
  expect(standIn.violations).toEqual([])
})

test('a bot reads itself, the server, its roles and members', async () => {
  const standIn = await standInForTest()
  const user = standIn.addUser({ ...alice, roles: [roleId] })
  const { client } = await botFor(standIn, [], async () => {})
  expect((await client.application?.fetch())?.id).toBe(applicationId)
  expect(await client.rest.get(Routes.user())).toMatchObject({ id: applicationId, bot: true })
  expect(await client.rest.get(Routes.guildMember(guildId, user.id))).toMatchObject({ roles: [roleId] })
  const guild = await client.guilds.fetch({ guild: guildId, force: true })
  expect((await guild.roles.fetch(roleId, { force: true }))?.name).toBe('verified')
  expect((await guild.members.fetch()).map((member) => member.user.username).sort()).toEqual([
    'alice',
    'guildpost',
  ])
  expect(standIn.violations).toEqual([])
})

test('who leaves and joins again has no roles, and the bot hears of it', async () => {
  const standIn = await standInForTest()
  const { client } = await botFor(standIn, [], async () => {})
  const heard: string[] = []
  client.on('guildMemberAdd', () => heard.push('joined'))
  client.on('guildMemberRemove', () => heard.push('left'))
  const user = standIn.addUser({ ...alice, roles: [roleId] })
  standIn.leaveGuild(user.id)
  standIn.joinGuild(user)
  expect(standIn.rolesOf(user.id)).toEqual([])
  await expect.poll(() => heard).toEqual(['joined', 'left', 'joined'])
})
