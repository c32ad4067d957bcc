import { beforeEach, expect, it } from 'vitest'
import type { Directory } from '../../../adapters/ldap/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { readUnreadLists } from '../../../domain/store/mirror/awaited-lists.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { takeInLists } from '../../../worker/sync/take-in-lists.ts'
import { type World } from '../../_support/world.ts'
import { addMember, mirroredMembers, remove, worldReadWhenAsked } from './_mirror.ts'

let world: World
let worker: Worker

beforeEach(async (t) => {
  ;({ world, worker } = await worldReadWhenAsked(t))
})

const known = async (name: string) => {
  const [list] = await rows<{ entryUuid: string; state: string; version: string | null }>(
    world.db,
    'select entry_uuid, state, version from list where name = :name',
    { name },
  )
  if (!list) throw new Error(`there is no list ${name}`)
  return list
}

/** Looks at lists, each said to be changed at this version, with a directory of which this is otherwise. */
const lookAt = (changed: [string, string | null][], otherwise: Partial<Directory> = {}) =>
  takeInLists(
    { ...worker.context, directory: { ...worker.context.directory, ...otherwise } },
    { changed: new Map(changed), missing: new Set() },
  )

it('our own change that is recorded while a list is looked at is not taken back, and it is looked at again', async () => {
  const { entryUuid } = await known('news')
  await addMember(world, 'news', 'ada')
  const { left } = await lookAt([[entryUuid, 'newer']], {
    findList: async (id) => {
      const read = await worker.context.directory.findList(id)
      await world.ended((await world.request('bob', 'subscribe', 'news')).id)
      return read
    },
  })
  expect(await mirroredMembers(world, 'news')).toContain('bob')
  expect(left).toEqual([entryUuid])
  await lookAt([[entryUuid, null]])
  expect(await mirroredMembers(world, 'news')).toEqual(expect.arrayContaining(['ada', 'bob']))
})

const lease = (until: string) =>
  rows(
    world.db,
    `update list set lease_token = gen_random_uuid(), lease_until = now() + :until::interval where name = 'choir'`,
    { until },
  )

it('a list that a worker takes in hand while it is looked at is left alone, and looked at again', async () => {
  const { entryUuid } = await known('choir')
  await addMember(world, 'choir', 'ada')
  const { left } = await lookAt([[entryUuid, null]], {
    findList: async (id) => {
      const read = await worker.context.directory.findList(id)
      await lease('1 hour')
      return read
    },
  })
  expect(left).toEqual([entryUuid])
  expect(await mirroredMembers(world, 'choir')).not.toContain('ada')
  await lease('-1 second')
  await lookAt([[entryUuid, null]])
  expect(await mirroredMembers(world, 'choir')).toContain('ada')
})

it('a list that is gone while a worker has it in hand is left to that one', async () => {
  const { entryUuid } = await known('choir')
  await remove(world, world.directory.listDn('choir'))
  await lease('1 hour')
  expect((await lookAt([[entryUuid, null]])).left).toEqual([entryUuid])
  expect(await known('choir')).toMatchObject({ state: 'active' })
  await lease('-1 second')
  expect((await lookAt([[entryUuid, null]])).left).toEqual([])
  expect(await known('choir')).toMatchObject({ state: 'gone' })
})

it('where versions are times, what is named at the known one is looked at: it may be the second change in that second', async () => {
  const version = '20000101000000Z'
  await rows(world.db, `update list set version = :version where name = 'news'`, { version })
  const { entryUuid } = await known('news')
  await addMember(world, 'news', 'ada')
  await lookAt([[entryUuid, version]], {
    findList: async (id) => {
      const read = await worker.context.directory.findList(id)
      return read && { ...read, list: { ...read.list, version } }
    },
  })
  expect(await mirroredMembers(world, 'news')).toContain('ada')
})

it('a list that waits for its name is not asked for again once its entry is gone', async () => {
  const { entryUuid } = await known('choir')
  await remove(world, world.directory.listDn('choir'))
  await rows(world.db, `update list set state = 'gone', gone_at = now(), version = null where name = 'choir'`)
  expect(await readUnreadLists(world.db)).toEqual([entryUuid])
  await lookAt([[entryUuid, null]])
  expect(await readUnreadLists(world.db)).toEqual([])
})
