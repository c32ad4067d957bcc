import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { auditedRoles, compared, createGuild, mirror, roleId } from './_roles.ts'

const roleCalls = /^\/guilds\/\d+\/members\/\d+\/roles\/\d+$/

it('follows the link: there when it is made, gone when it ends, each on record', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  await guild.worker({}, guild.environment)
  const alice = guild.joins('alice')
  const bob = guild.joins('bob')
  await compared(guild)
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  expect(guild.discord.rolesOf(bob)).toEqual([])
  await guild.unlink(alice)
  await expect.poll(guild.rolesOf(alice)).toEqual([])
  await expect
    .poll(() => auditedRoles(guild))
    .toEqual([
      { event: 'role.given', account: alice },
      { event: 'role.taken', account: alice },
    ])
})

it('ends as the last word says, however many workers hear however many words', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  await guild.worker({}, guild.environment)
  await guild.worker({}, guild.environment)
  const alice = guild.joins('alice')
  const bob = guild.joins('bob')
  for (let turn = 0; turn < 4; turn += 1) {
    await guild.link(alice, 'alice')
    await guild.unlink(alice)
    await guild.link(bob, 'bob')
    if (turn < 3) await guild.unlink(bob)
  }
  // Somebody else after them: the words are heard in their order.
  const carol = guild.joins('carol')
  await guild.link(carol, 'carol')
  await expect.poll(guild.rolesOf(carol)).toEqual([roleId])
  await expect.poll(guild.rolesOf(bob)).toEqual([roleId])
  await expect.poll(guild.rolesOf(alice)).toEqual([])
})

it('stays with somebody who is gone from the directory as long as their link does', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const alice = guild.joins('alice', roleId)
  const bob = guild.joins('bob', roleId)
  await guild.link(alice, 'alice')
  await rows(guild.db, `update member set state = 'gone', gone_at = now() where uid = 'alice'`)
  await guild.worker({}, { ...guild.environment, LDAP_URL: 'ldap://127.0.0.1:9' })
  // Bob was never linked: when he has lost it, everybody was looked at.
  await expect.poll(guild.rolesOf(bob)).toEqual([])
  expect(guild.rolesOf(alice)()).toEqual([roleId])
})

it('is waited for as long as Discord asks, and tried again when Discord was away', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  await guild.worker({}, guild.environment)
  const alice = guild.joins('alice')
  const answer = { status: 429, body: { message: 'slow down', retry_after: 2.5, global: false } }
  guild.discord.script({ method: 'PUT', path: roleCalls, times: 1, answer })
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  guild.discord.script({ method: 'DELETE', path: roleCalls, times: 2, answer: { status: 503 } })
  await guild.unlink(alice)
  await expect.poll(guild.rolesOf(alice)).toEqual([])
})

it('is of no concern to somebody who is not in the server: no error, no alert', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const alice = guild.joins('alice')
  guild.discord.leaveGuild(alice)
  await guild.worker({}, guild.environment)
  await guild.link(alice, 'alice')
  await guild.link('600000000000099999', 'carol')
  const bob = guild.joins('bob')
  await guild.link(bob, 'bob')
  await expect.poll(guild.rolesOf(bob)).toEqual([roleId])
  expect(await rows(guild.db, 'select 1 from notice')).toEqual([])
})

it('is compared with the links at start: what is missing is given, what nobody’s link carries is taken', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const [alice, bob, carol] = [guild.joins('alice'), guild.joins('bob', roleId), guild.joins('carol', roleId)]
  await guild.link(alice, 'alice')
  await guild.link(carol, 'carol')
  guild.discord.setRoles('200000000000000001', [guild.discord.botRoleId, roleId])
  await guild.worker({}, guild.environment)
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  await expect.poll(guild.rolesOf(bob)).toEqual([])
  expect(guild.discord.rolesOf(carol)).toEqual([roleId])
  // Bots can't be linked: what an admin gave them stays theirs.
  expect(guild.discord.rolesOf('200000000000000001')).toContain(roleId)
})

it('is compared again at every interval', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  await guild.worker({}, { ...guild.environment, RECONCILE_INTERVAL_S: '1' })
  const alice = guild.joins('alice')
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  guild.discord.setRoles(alice, [])
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  const bob = guild.joins('bob', roleId)
  await expect.poll(guild.rolesOf(bob)).toEqual([])
})

it('is compared after words that it could not hear', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  await guild.worker({}, guild.environment)
  const alice = guild.joins('alice')
  await compared(guild)
  await rows(
    guild.db,
    `insert into discord_link (id, discord_user_id, member_id) select gen_random_uuid(), :alice, id from member where uid = 'alice'`,
    { alice },
  )
  await rows(
    guild.db,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'guildpost-listen'`,
  )
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
})

it('is compared in a server of more than one page', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const first = guild.joins('alice')
  for (let count = 0; count < 1100; count += 1) guild.joins(`stranger${count}`)
  const last = guild.joins('bob')
  await guild.link(first, 'alice')
  await guild.link(last, 'bob')
  await guild.worker({}, guild.environment)
  await expect.poll(guild.rolesOf(first)).toEqual([roleId])
  await expect.poll(guild.rolesOf(last)).toEqual([roleId])
})

it('is taken from nobody when too many would lose it at once', async (t) => {
  const guild = await createGuild(t)
  await mirror(guild)
  const strangers = Array.from({ length: 6 }, (_, index) => guild.joins(`stranger${index}`, roleId))
  const alice = guild.joins('alice')
  await guild.link(alice, 'alice')
  await guild.worker({}, { ...guild.environment, RECONCILE_INTERVAL_S: '1' })
  const [alert] = await guild.alerts(1)
  expect(alert).toContain('6 of the 6 who have the role')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  expect(strangers.filter((id) => guild.discord.rolesOf(id).includes(roleId))).toEqual(strangers)

  // An admin takes it from one of them by hand: five are few enough.
  guild.discord.setRoles(strangers[0] ?? '', [])
  for (const id of strangers) await expect.poll(guild.rolesOf(id)).toEqual([])
  expect(guild.discord.rolesOf(alice)).toEqual([roleId])
  expect(await guild.alerts(1)).toHaveLength(1)

  for (const id of strangers) guild.discord.setRoles(id, [roleId])
  expect(await guild.alerts(2)).toHaveLength(2)
})
