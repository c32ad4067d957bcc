import { expect, it } from 'vitest'
import { createDiscordRest } from '../../adapters/discord-rest/create-discord-rest.ts'
import { startTcpProxy } from '../_support/tcp-proxy.ts'
import { testLog, waitUntil } from '../_support/world.ts'
import { auditedRoles, compared, createGuild, roleId, token } from './_roles.ts'

it('that a role was given is on record although Postgres went away for a moment right then', async (t) => {
  const guild = await createGuild(t)
  const unminding = await guild.worker({}, { ...guild.environment, DISCORD_VERIFIED_ROLE_ID: '' })
  await guild.mirrored()
  await unminding.stop()
  const url = new URL(guild.databaseUrl)
  const port = Number(url.port)
  let isAway = false
  let refused = 0
  let given = 0
  const proxy = await startTcpProxy(() => {
    if (!isAway) return port
    refused += 1
    return 9
  }, t)
  url.port = String(proxy.port)
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
            isAway = true
            proxy.cut()
            void waitUntil('the worker tries again', async () => (refused > 3 ? true : null)).then(() => {
              isAway = false
            })
          }
          return done
        },
      },
    },
    { ...guild.environment, DATABASE_URL: String(url) },
  )
  const alice = guild.joins('alice')
  await compared(guild)
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice)).toEqual([roleId])
  await expect
    .poll(() => auditedRoles(guild), { timeout: 12_000 })
    .toEqual([{ event: 'role.given', account: alice }])
})
