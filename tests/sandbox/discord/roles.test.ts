import { Events, GatewayIntentBits, REST, Routes } from 'discord.js'
import { expect, test } from 'vitest'
import { createApiDescription } from '../../../sandbox/discord/api-description.ts'
import type { DiscordStandIn } from '../../../sandbox/discord/stand-in.ts'
import {
  alice,
  answering,
  applicationId,
  clientFor,
  guildId,
  roleId,
  standInForTest,
  token,
} from './test-bot.ts'

const restOf = (standIn: DiscordStandIn) => new REST({ api: standIn.url, retries: 0 }).setToken(token)
const bits = (...positions: bigint[]) => String(positions.reduce((all, bit) => all | (1n << bit), 0n))

test('a role is given only with Manage Roles, and only where the bot’s own stands above', async () => {
  const bots = { id: '500000000000000007', name: 'another bot', managed: true }
  const standIn = await standInForTest({ roles: [{ id: roleId, name: 'verified' }, bots] })
  const user = standIn.addUser(alice)
  const rest = restOf(standIn)
  const give = (id = roleId) => rest.put(Routes.guildMemberRole(guildId, user.id, id))
  const { botRoleId } = standIn

  await expect(give(bots.id)).rejects.toMatchObject({ status: 403, code: 50_013 })
  await expect(give('500000000000000009')).rejects.toMatchObject({ status: 404, code: 10_011 })
  standIn.editRole(botRoleId, { permissions: bits(10n) })
  await expect(give()).rejects.toMatchObject({ status: 403, code: 50_013 })
  standIn.editRole(botRoleId, { permissions: bits(3n) })
  standIn.editRole(roleId, { position: 501 })
  await expect(give()).rejects.toMatchObject({ status: 403, code: 50_013 })
  standIn.editRole(roleId, { position: 499 })
  await give()
  expect(standIn.rolesOf(user.id)).toEqual([roleId])
  standIn.deleteRole(roleId)
  expect(standIn.rolesOf(user.id)).toEqual([])
})

test('members are listed page by page, the lowest id first, and not without the intent', async () => {
  const standIn = await standInForTest()
  const ids = ['600000000000000003', '600000000000000001', '600000000000000002']
  for (const [index, id] of ids.entries()) standIn.addUser({ id, username: `user${index}` })
  standIn.setRoles('600000000000000002', [roleId])
  const rest = restOf(standIn)
  const list = async (query: Record<string, string>) => {
    const found = await rest.get(Routes.guildMembers(guildId), { query: new URLSearchParams(query) })
    return found as { user: { id: string; bot?: boolean }; roles: string[] }[]
  }
  const first = await list({ limit: '2' })
  expect(first.map(({ user }) => user.id)).toEqual([applicationId, ids[1]])
  expect(first[0]?.user.bot).toBe(true)
  const second = await list({ limit: '1000', after: ids[1] ?? '' })
  expect(second).toMatchObject([
    { user: { id: ids[2] }, roles: [roleId] },
    { user: { id: ids[0] }, roles: [] },
  ])
  expect(await list({})).toHaveLength(1)
  await expect(list({ limit: '1001' })).rejects.toMatchObject({ code: 50_035 })
  standIn.switchMembersIntent(false)
  await expect(list({ limit: '2' })).rejects.toMatchObject({ status: 403, code: 50_001 })
  expect(await rest.get(Routes.guildMember(guildId, ids[0] ?? ''))).toMatchObject({ roles: [] })
})

test('a bot that asks for an intent that is switched off is shut out', async () => {
  const standIn = await standInForTest({ membersIntent: false })
  await expect(clientFor(standIn).login(token)).rejects.toThrow('disallowed intents')
  expect(standIn.connectedBots).toBe(0)
  await clientFor(standIn, { intents: [GatewayIntentBits.Guilds] }).login(token)
  expect(standIn.connectedBots).toBe(1)
})

test('who joins is told only to bots that asked for it', async () => {
  const standIn = await standInForTest()
  const heard: string[] = []
  const listening = async (name: string, intents: GatewayIntentBits[]) => {
    const client = clientFor(standIn, { intents })
    const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()))
    client.on(Events.GuildMemberAdd, ({ user }) => heard.push(`${name}: ${user.username}`))
    client.on(Events.GuildRoleUpdate, (_before, role) => heard.push(`${name}: ${role.name}`))
    await client.login(token)
    await ready
  }
  await listening('both', [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers])
  await listening('guilds', [GatewayIntentBits.Guilds])
  standIn.addUser(alice)
  standIn.editRole(roleId, { name: 'known' })
  await expect.poll(() => heard.toSorted()).toEqual(['both: alice', 'both: known', 'guilds: known'])
})

test('roles, members and the bot itself look as Discord describes them', async () => {
  const standIn = await standInForTest()
  standIn.addUser({ ...alice, roles: [roleId] })
  const rest = restOf(standIn)
  const description = createApiDescription()
  const [roles, members, own, itself] = await Promise.all([
    rest.get(Routes.guildRoles(guildId)) as Promise<unknown[]>,
    rest.get(Routes.guildMembers(guildId), { query: new URLSearchParams({ limit: '9' }) }) as Promise<
      unknown[]
    >,
    rest.get(Routes.guildMember(guildId, applicationId)),
    rest.get(Routes.user()),
  ])
  expect(roles).toHaveLength(3)
  expect(members).toHaveLength(2)
  expect(roles.flatMap((role) => description.check('GuildRoleResponse', role))).toEqual([])
  expect([...members, own].flatMap((one) => description.check('GuildMemberResponse', one))).toEqual([])
  expect(description.check('UserPIIResponse', itself)).toEqual([])
})

test('an interaction carries the roles of whoever it comes from', async () => {
  const seen: string[] = []
  const { standIn, user } = await answering(async (interaction) => {
    if (interaction.inCachedGuild()) seen.push(...interaction.member.roles.cache.keys())
    if (interaction.isChatInputCommand()) await interaction.reply('ok')
  })
  standIn.setRoles(user.id, [roleId])
  await (await standIn.slash(user, 'go')).settled()
  expect(seen).toContain(roleId)
})
