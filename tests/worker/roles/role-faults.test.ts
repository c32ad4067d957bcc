import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ConfigError } from '../../../domain/contracts/read-environment.ts'
import { rows } from '../../../domain/store/database.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { compileCache } from '../../_support/compile-cache.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import {
  alertChannelId,
  compared,
  createGuild,
  type Guild,
  guildId,
  harmlessPermissions,
  mirror,
  roleId,
} from './_roles.ts'

const administrator = String(1n << 3n)
const manageRoles = String(1n << 28n)
const often = { RECONCILE_INTERVAL_S: '1' }

const unfit: [what: string, spoil: (guild: Guild) => Record<string, string>, says: RegExp][] = [
  ['is not there', ({ discord }) => (discord.deleteRole(roleId), {}), /names a role that is not there/],
  ['is @everyone', () => ({ DISCORD_VERIFIED_ROLE_ID: guildId }), /the role @everyone/],
  [
    'belongs to a bot',
    ({ discord }) => ({ DISCORD_VERIFIED_ROLE_ID: discord.botRoleId }),
    /“guildpost”, which belongs to a bot/,
  ],
  [
    'moderates',
    ({ discord }) => (discord.editRole(roleId, { permissions: String((1n << 40n) | (1n << 1n)) }), {}),
    /“verified”, which may: Kick Members, Timeout Members\./,
  ],
]

it.for(unfit)('a role that %s keeps the worker from starting', async ([, spoil, says], t) => {
  const guild = await createGuild(t)
  const environment = { ...guild.environment, ...spoil(guild) }
  const starting = guild.worker({}, environment)
  await expect(starting).rejects.toThrow(ConfigError)
  await expect(starting).rejects.toThrow(
    /^The configuration has 1 problem\(s\):\n {2}- DISCORD_VERIFIED_ROLE_ID/,
  )
  await expect(starting).rejects.toThrow(says)
})

it('such a worker says why, and ends with 78', async (t) => {
  const guild = await createGuild(t)
  guild.discord.editRole(roleId, { permissions: administrator })
  const env = { PATH: process.env['PATH'], ...compileCache, ...guild.workerEnvironment(guild.environment) }
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../worker/main.ts')], { env })
  cleanUpAfter(t, () => child.kill('SIGKILL'))
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [code] = (await once(child, 'close')) as [unknown]
  expect(said).toContain('DISCORD_VERIFIED_ROLE_ID names “verified”, which may: Administrator.')
  expect(code).toBe(78)
})

it('without Discord the worker starts, and gives the role only after it was looked at', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const alice = guild.joins('alice')
  guild.discord.editRole(roleId, { permissions: administrator })
  await guild.discord.goAway()
  await guild.worker({}, guild.environment)
  await compared(guild)
  await guild.link(alice, 'alice')
  await guild.discord.comeBack()
  const [alert] = await guild.alerts(1)
  expect(alert).toContain('“verified”, which may: Administrator.')
  // Whoever is unlinked after her loses the role: by then she would have it.
  const carol = guild.joins('carol', roleId)
  await guild.link(carol, 'carol')
  await guild.unlink(carol)
  await expect.poll(guild.rolesOf(carol)).toEqual([])
  expect(guild.discord.rolesOf(alice)).toEqual([])
  guild.discord.editRole(roleId, { permissions: harmlessPermissions })
  const bob = guild.joins('bob')
  await guild.link(bob, 'bob')
  await expect.poll(guild.rolesOf(bob)).toEqual([roleId])
})

it('a role that becomes powerful later is given no more, but still taken, and the admins are told once', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  await guild.worker({}, { ...guild.environment, ...often })
  const alice = guild.joins('alice')
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  guild.discord.editRole(roleId, { permissions: administrator })
  await guild.alerts(1)
  const bob = guild.joins('bob')
  await guild.link(bob, 'bob')
  await guild.unlink(alice)
  // Bob's link was heard of before the end of Alice's.
  await expect.poll(guild.rolesOf(alice)).toEqual([])
  expect(guild.discord.rolesOf(bob)).toEqual([])
  expect(await guild.alerts(1)).toHaveLength(1)
  guild.discord.editRole(roleId, { permissions: harmlessPermissions })
  await expect.poll(guild.rolesOf(bob)).toEqual([roleId])
})

it('without Manage Roles: one alert that says how to mend it, and another one when it happens again', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const { discord } = guild
  discord.editRole(discord.botRoleId, { permissions: '0' })
  await guild.worker({}, { ...guild.environment, ...often })
  const [alice, bob] = [guild.joins('alice'), guild.joins('bob')]
  await guild.link(alice, 'alice')
  await guild.link(bob, 'bob')
  const [alert] = await guild.alerts(1)
  expect(alert).toMatch(/lacks the permission “Manage Roles”[^]*switch on “Manage Roles”/)
  discord.editRole(discord.botRoleId, { permissions: manageRoles })
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  await expect.poll(guild.rolesOf(bob)).toEqual([roleId])
  expect(await guild.alerts(1)).toHaveLength(1)
  discord.editRole(discord.botRoleId, { permissions: '0' })
  expect(await guild.alerts(2)).toHaveLength(2)
})

it('a role above the bot’s own: an alert that names both, and the role follows once it was moved', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const { discord } = guild
  await guild.worker({}, { ...guild.environment, ...often })
  const alice = guild.joins('alice')
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  discord.editRole(roleId, { position: 1000 })
  const bob = guild.joins('bob')
  await guild.link(bob, 'bob')
  const [alert] = await guild.alerts(1)
  expect(alert).toContain('drag “guildpost” above “verified”')
  expect(discord.rolesOf(bob)).toEqual([])
  discord.editRole(roleId, { position: 1 })
  await expect.poll(guild.rolesOf(bob)).toEqual([roleId])
})

it('without the Server Members Intent: an alert that names the switch, while links are followed all the same', async (t) => {
  const guild = await createGuild(t, { membersIntent: false })
  await mirror(guild)
  await guild.worker({}, { ...guild.environment, ...often })
  const [alert] = await guild.alerts(1)
  expect(alert).toContain('“Server Members Intent”')
  const alice = guild.joins('alice')
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  guild.discord.setRoles(alice, [])
  guild.discord.switchMembersIntent(true)
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  guild.discord.switchMembersIntent(false)
  expect(await guild.alerts(2)).toHaveLength(2)
})

it('a bot that is in another server only: an alert', async (t) => {
  const guild = await createGuild(t)
  await guild.worker({}, { ...guild.environment, DISCORD_GUILD_ID: '300000000000000009' })
  const [alert] = await guild.alerts(1)
  expect(alert).toContain('Invite the bot to the server')
})

it('what Discord refuses without a reason that can be seen: an alert with Discord’s own words', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  await guild.worker({}, guild.environment)
  const alice = guild.joins('alice')
  guild.discord.script({
    method: 'PUT',
    path: /\/roles\/\d+$/,
    times: 1,
    answer: { status: 403, body: { code: 60_003, message: 'Two factor is required for this operation' } },
  })
  await guild.link(alice, 'alice')
  const [alert] = await guild.alerts(1)
  expect(alert).toContain('Two factor is required for this operation')
  const bob = guild.joins('bob')
  await guild.link(bob, 'bob')
  await expect.poll(guild.rolesOf(bob)).toEqual([roleId])
  await expect.poll(() => guild.alerts(1)).toContainEqual(expect.stringMatching(/^✅/))
})

it('who leaves the server right when the role is given is no trouble', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  await guild.worker({}, guild.environment)
  const [alice, bob] = [guild.joins('alice'), guild.joins('bob')]
  const giving = guild.discord.script({
    method: 'PUT',
    path: /\/roles\/\d+$/,
    times: 1,
    answer: { status: 404, body: { code: 10_007, message: 'Unknown Member' } },
  })
  await guild.link(alice, 'alice')
  await expect.poll(giving.isUsedUp).toBe(true)
  await guild.link(bob, 'bob')
  await expect.poll(guild.rolesOf(bob)).toEqual([roleId])
  expect(await rows(guild.db, `select key from incident where kind = 'role'`)).toEqual([])
})

it('a look at the role is believed for a minute, and no longer', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const { context } = await guild.worker({}, guild.environment)
  await compared(guild)
  const role = context.verifiedRole
  if (role === null) throw new Error('the worker minds no role')
  guild.discord.editRole(roleId, { permissions: administrator })
  role.look = { fault: null, at: performance.now() - 61_000 }
  const alice = guild.joins('alice')
  await guild.link(alice, 'alice')
  const [alert] = await guild.alerts(1)
  expect(alert).toContain('“verified”, which may: Administrator.')
  expect(guild.discord.rolesOf(alice)).toEqual([])
})

it('goes by mail where no channel is set, once', async (t) => {
  const guild = await createGuild(t, { membersIntent: false })
  const mail = await startTestMailSink(t)
  const to = { ...often, DISCORD_ALERT_CHANNEL_ID: '', ALERT_MAIL_TO: 'ops@example.org', SMTP_URL: mail.url }
  await guild.worker({}, { ...guild.environment, ...to })
  const { subject, text } = await mail.waitForMail((one) => one.to.includes('ops@example.org'))
  expect(subject).toBe('The bot may not list the server’s members')
  expect(text).toContain('switch on “Server Members Intent”')
  guild.discord.switchMembersIntent(true)
  const alice = guild.joins('alice')
  await guild.mirrored()
  await guild.link(alice, 'alice')
  guild.discord.setRoles(alice, [])
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  expect(mail.messages).toHaveLength(1)
})

it('goes by mail when the channel does not take it', async (t) => {
  const guild = await createGuild(t, { membersIntent: false })
  const mail = await startTestMailSink(t)
  const to = {
    DISCORD_ALERT_CHANNEL_ID: '400000000000000009',
    ALERT_MAIL_TO: 'ops@example.org',
    SMTP_URL: mail.url,
  }
  await guild.worker({}, { ...guild.environment, ...to })
  await mail.waitForMail((one) => one.subject.includes('may not list'))
  expect(guild.discord.messagesIn(alertChannelId)).toEqual([])
})
