import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { createDiscordRest } from '../../../adapters/discord-rest/create-discord-rest.ts'
import { rows } from '../../../domain/store/database.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { postgresThatGoesAway } from '../../_support/postgres-away.ts'
import { testLog } from '../../_support/world.ts'
import { auditedRoles, compared, createGuild, roleId, token } from './_roles.ts'

it('that a role was given is on record although Postgres went away for a moment right then', async (t) => {
  const guild = await createGuild(t)
  const unminding = await guild.worker({}, { ...guild.environment, DISCORD_VERIFIED_ROLE_ID: '' })
  await guild.mirrored()
  await unminding.stop()
  const postgres = await postgresThatGoesAway(guild.databaseUrl, t)
  let given = 0
  const real = createDiscordRest({ token, apiUrl: guild.discord.url, log: testLog })
  await guild.worker(
    {
      followsDirectory: false,
      discord: {
        ...real,
        addRole: async (...role) => {
          const done = await real.addRole(...role)
          given += 1
          if (given === 1) {
            postgres.goAwayForAMoment()
          }
          return done
        },
      },
    },
    { ...guild.environment, DATABASE_URL: postgres.url },
  )
  const alice = guild.joins('alice')
  await compared(guild)
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  await expect
    .poll(() => auditedRoles(guild), { timeout: 12_000 })
    .toEqual([{ event: 'role.given', account: alice }])
})

it('that a role was given is on record once, also where Postgres recorded it and its answer got lost', async (t) => {
  const guild = await createGuild(t)
  await guild.worker({}, guild.environment)
  await guild.mirrored()
  await compared(guild)
  const alice = guild.joins('alice')
  // eslint-disable-next-line typescript/unbound-method
  const { query } = pg.Client.prototype as unknown as { query: (...args: unknown[]) => Promise<unknown> }
  let isLost = false
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: unknown,
    ...args: unknown[]
  ) {
    const answer = query.apply(this, args)
    if (isLost || !JSON.stringify((args[0] as { values?: unknown }).values ?? '').includes('role.given'))
      return answer as never
    isLost = true
    return answer.then(() => Promise.reject(new Error('Connection terminated unexpectedly'))) as never
  })
  cleanUpAfter(t, () => spy.mockRestore())
  await guild.link(alice, 'alice')
  await expect.poll(() => isLost, { timeout: 10_000 }).toBe(true)
  // Until the account's turn was given back.
  await expect.poll(() => rows(guild.db, `select 1 from turn where starts_with(name, 'role of')`)).toEqual([])
  expect(await auditedRoles(guild)).toEqual([{ event: 'role.given', account: alice }])
})
