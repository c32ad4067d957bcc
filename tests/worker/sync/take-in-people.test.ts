import { beforeEach, describe, expect, it } from 'vitest'
import type { Directory } from '../../../adapters/ldap/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { markPeopleGone } from '../../../domain/store/mirror/mirror-people.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { takeInPeople } from '../../../worker/sync/take-in-people.ts'
import { type World } from '../../_support/world.ts'
import { remove, worldReadWhenAsked } from './_mirror.ts'

let world: World
let worker: Worker
let id: string

/** `id` is Mallory's. */
beforeEach(async (t) => {
  ;({ world, worker } = await worldReadWhenAsked(t))
  id = (await mallory()).entryUuid
})

const mallory = async () => {
  const [found] = await rows<{ entryUuid: string; state: string; version: string; displayName: string }>(
    world.db,
    `select entry_uuid, state, version, display_name from member where uid = 'mallory'`,
  )
  if (!found) throw new Error('Mallory is not in the mirror')
  return found
}

/** Looks at Mallory, said to be changed at this version, with a directory of which this is otherwise. */
const lookAt = (version: string, otherwise: Partial<Directory> = {}) =>
  takeInPeople(
    { ...worker.context, directory: { ...worker.context.directory, ...otherwise } },
    { changed: new Map([[id, version]]), missing: new Set() },
  )

/** What happens right after Mallory was read for the first time, and before that is written. */
const onceRead = (meanwhile: () => Promise<unknown>): Partial<Directory> => {
  let isFirst = true
  return {
    findPeople: async (ids) => {
      const found = await worker.context.directory.findPeople(ids)
      if (isFirst) await meanwhile()
      isFirst = false
      return found
    },
  }
}

describe('who is marked gone by somebody else while they are looked at', () => {
  it('is not brought back by what was read before', async () => {
    await lookAt(
      'newer',
      onceRead(async () => {
        await remove(world, world.directory.personDn('mallory'))
        await markPeopleGone(world.db, [id])
      }),
    )
    expect(await mallory()).toMatchObject({ state: 'gone' })
  })

  it('is looked at again, and is there where that was wrong', async () => {
    await lookAt(
      'newer',
      onceRead(() => markPeopleGone(world.db, [id])),
    )
    expect(await mallory()).toMatchObject({ state: 'present' })
  })
})

it('who was gone comes back, also at the version that was known', async () => {
  const { version } = await mallory()
  await markPeopleGone(world.db, [id])
  await lookAt(version)
  expect(await mallory()).toMatchObject({ state: 'present' })
})

it('where versions are times, who is named at the known one is looked at: it may be their second change in that second', async () => {
  const version = '20000101000000Z'
  await rows(world.db, 'update member set version = :version where entry_uuid = :id', { id, version })
  await lookAt(version, {
    findPeople: async (ids) =>
      (await worker.context.directory.findPeople(ids)).map((person) => ({
        ...person,
        version,
        displayName: 'Mal the Second',
      })),
  })
  expect(await mallory()).toMatchObject({ displayName: 'Mal the Second' })
})

it('everybody said to be gone at once is believed of nobody', async () => {
  const people = await rows<{ entryUuid: string }>(world.db, 'select entry_uuid from member')
  const directory = { ...worker.context.directory, findPeople: async () => [] }
  const missing = new Set(people.map(({ entryUuid }) => entryUuid))
  await expect(
    takeInPeople({ ...worker.context, directory }, { changed: new Map(), missing }),
  ).rejects.toThrow('base is empty')
  expect(await rows(world.db, `select uid from member where state = 'gone'`)).toEqual([])
})
