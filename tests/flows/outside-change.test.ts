import { beforeAll, expect, it } from 'vitest'
import { openDirectory } from '../../adapters/ldap/directory.ts'
import type { List } from '../../domain/contracts/list.ts'
import type { Subscription } from '../../domain/contracts/subscription.ts'
import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import type { DiscordUser } from '../../sandbox/discord/stand-in.ts'
import { asWorker } from '../../sandbox/servers/as-worker.ts'
import { createSystem, type System } from '../_support/system.ts'
import { addList, addMember, confirmed, remove, removeMember } from '../worker/sync/_mirror.ts'

/** Nothing is read by the clock. */
const never = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' }

let system: System
let alice: DiscordUser

beforeAll(async () => {
  system = await createSystem()
  await Promise.all([startWorker(), system.start('api', never)])
  alice = system.onDiscord('alice')
  await rows(
    system.db,
    'insert into discord_link (id, discord_user_id, member_id) values (:id, :account, :member)',
    { id: newId(), account: alice.id, member: await system.memberId('alice') },
  )
})

/** One that has the live feed only: once it follows, no read of everything gets through, and to ask what changed says nothing. */
async function startWorker(): Promise<void> {
  const { adminGroup } = system.directory
  const directory = openDirectory({ ...asWorker(system.directory), adminGroup })
  let isFollowed = false
  const onlyBefore =
    <Read>(read: () => Read) =>
    () => {
      if (isFollowed) throw new Error('this test is about the feed')
      return read()
    }
  const readLists = onlyBefore(directory.readLists)
  const readPeopleVersions = onlyBefore(directory.readPeopleVersions)
  await system.worker(
    { directory: { ...directory, readLists, readPeopleVersions, changedSince: async () => [] } },
    { ...system.environment, ...never },
  )
  await confirmed(system)
  isFollowed = true
  expect(await rows(system.db, 'select distinct mode from feed')).toEqual([{ mode: 'syncrepl' }])
}

const get = (path: string) => system.api(path, alice)

/** What the API tells alice: her place on each list that she sees (undefined: there is none of this name), and those lists' names. */
const subscribed = (list: string) => async () => {
  const { items } = (await (await get('/user/subscriptions')).json()) as { items: Subscription[] }
  return items.find((item) => item.list === list)?.subscribed
}
const listNames = async () => {
  const { items } = (await (await get('/lists')).json()) as { items: List[] }
  return items.map(({ name }) => name)
}
const statusOf = (list: string) => async () => (await get(`/lists/${list}`)).status

it('a member whom another tool puts on a list, and takes off again, sees it', async () => {
  expect(await subscribed('robotics')()).toBe(false)
  await addMember(system, 'robotics', 'alice')
  await expect.poll(subscribed('robotics')).toBe(true)
  await removeMember(system, 'robotics', 'alice')
  await expect.poll(subscribed('robotics')).toBe(false)
})

it('a list that another tool renames has its new name, and its members stay', async () => {
  expect(await subscribed('chess')()).toBe(true)
  await system.directory.ldapmodify(
    `dn: ${system.directory.listDn('chess')}\nchangetype: modrdn\nnewrdn: cn=chess-club\ndeleteoldrdn: 1\n`,
  )
  await expect.poll(subscribed('chess-club')).toBe(true)
  expect(await subscribed('chess')()).toBeUndefined()
  const names = await listNames()
  expect(names).toContain('chess-club')
  expect(names).not.toContain('chess')
})

it('a list that another tool makes is there with its members, and gone when it deletes it', async () => {
  expect(await statusOf('sauna')()).toBe(404)
  await addList(system, 'sauna', ['alice', 'bob'])
  await expect.poll(subscribed('sauna')).toBe(true)
  expect(await listNames()).toContain('sauna')
  expect(await statusOf('sauna')()).toBe(200)
  await remove(system, system.directory.listDn('sauna'))
  await expect.poll(listNames).not.toContain('sauna')
  expect(await subscribed('sauna')()).toBeUndefined()
  expect(await statusOf('sauna')()).toBe(404)
})
