import { beforeAll, expect, it } from 'vitest'
import type { DiscordUser } from '../../sandbox/discord/stand-in.ts'
import type { Worker } from '../../worker/start-worker.ts'
import { createSystem, type System } from '../_support/system.ts'

const roleId = '500000000000000001'
const withRole = { DISCORD_VERIFIED_ROLE_ID: roleId }
let system: System
let worker: Worker
let alice: DiscordUser

const startWorker = () => system.worker({}, { ...system.environment, ...withRole })

beforeAll(async () => {
  system = await createSystem({
    discord: { roles: [{ id: roleId, name: 'verified' }], membersIntent: true },
  })
  const [started] = await Promise.all([startWorker(), system.start('bot', withRole), system.start('api')])
  worker = started
  await system.mirrored()
  alice = system.onDiscord('alice')
})

const rolesOf =
  ({ id }: DiscordUser) =>
  () =>
    system.discord.rolesOf(id)

it('is there once the account is linked', async () => {
  expect(system.discord.rolesOf(alice.id)).toEqual([])
  await system.link(alice, 'alice')
  await expect.poll(rolesOf(alice)).toEqual([roleId])
})

it('whoever leaves the server and comes back has it again, without verifying anew', async () => {
  system.discord.leaveGuild(alice.id)
  system.discord.joinGuild(alice)
  expect(system.discord.rolesOf(alice.id)).toEqual([])
  await expect.poll(rolesOf(alice)).toEqual([roleId])
})

it('what was given and taken by hand while no worker was there is put right by the next one', async () => {
  await worker.stop()
  const stranger = system.onDiscord('stranger')
  system.discord.setRoles(stranger.id, [roleId])
  system.discord.setRoles(alice.id, [])
  await startWorker()
  await expect.poll(rolesOf(alice)).toEqual([roleId])
  await expect.poll(rolesOf(stranger)).toEqual([])
})

it('is gone once the account is unlinked', async () => {
  const asked = await system.discord.slash(alice, 'unlink')
  await asked.settled()
  await system.discord.press(alice, asked, 'unlink:confirm')
  await expect.poll(rolesOf(alice)).toEqual([])
})
