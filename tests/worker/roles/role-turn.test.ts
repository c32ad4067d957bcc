import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { compared, createGuild, roleId } from './_roles.ts'

it('is given although the worker that had the account in hand was killed', async (t) => {
  const guild = await createGuild(t)
  const unminding = await guild.worker({}, { ...guild.environment, DISCORD_VERIFIED_ROLE_ID: '' })
  await guild.mirrored()
  await unminding.stop()
  await guild.worker({}, guild.environment)
  const alice = guild.joins('alice')
  await compared(guild)
  // What a worker leaves that heard of the link first, took its turn and was killed then; its 120 s are nearly over.
  await rows(
    guild.db,
    `insert into turn (name, token, until) values (:name, gen_random_uuid(), now() + interval '2 seconds')`,
    { name: `role of ${alice}` },
  )
  await guild.link(alice, 'alice')
  await expect.poll(guild.rolesOf(alice), { timeout: 12_000 }).toEqual([roleId])
})
