import { pino } from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import type { ListSettings, ManagedList, NewList } from '../../../domain/contracts/list.ts'
import { changeListSettings } from '../../../domain/store/lists/change-list-settings.ts'
import { createList } from '../../../domain/store/lists/create-list.ts'
import { rows } from '../../../domain/store/database.ts'
import { deleteList } from '../../../domain/store/lists/delete-list.ts'
import { readManagedList } from '../../../domain/store/lists/read-managed-lists.ts'
import { readStatus } from '../../../domain/store/installation/read-status.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

let world: World
let logged: string[]

/** A worker that may not write, and what it says. */
const observe = () =>
  world.worker(
    { log: pino({ level: 'info' }, { write: (line) => void logged.push(line) }) },
    { WRITES: 'off' },
  )

const byAdmin = async () => ({ memberId: await world.memberId('ada'), via: 'api' as const, requestId: null })

const create = async (list: NewList) => {
  const by = await byAdmin()
  await world.db.transaction((tx) => createList(tx, { list, ...by }))
}
const change = async (listName: string, settings: ListSettings) => {
  const by = await byAdmin()
  const holdsDescription = true
  await world.db.transaction((tx) =>
    changeListSettings(tx, { listName, settings, isAdmin: true, holdsDescription, ...by }),
  )
}
const remove = async (listName: string) => {
  const by = await byAdmin()
  await world.db.transaction((tx) => deleteList(tx, { listName, ...by }))
}

const managed = async (name: string): Promise<ManagedList | null> =>
  readManagedList(world.db, { memberId: await world.memberId('ada'), isAdmin: true }, name)

/** What a worker shows that it would write, once it has looked. */
const shownFor = (name: string) =>
  waitUntil(`it shows what it would write for ${name}`, async () => (await managed(name))?.wouldWrite || null)

const inDirectory = (name: string) =>
  world.directory.ldapsearch(world.directory.listsBase, `(cn=${name})`, 'objectClass', 'cn', 'description')

const isObserving = async () => (await readStatus(world.db)).targets.map(({ observing }) => observing)

describe('with WRITES=off, what would be written about a list’s entry', () => {
  describe.each<ListClass>(['groupOfUniqueNames', 'posixGroup', 'nisMailAlias'])(
    'of class %s',
    (listClass) => {
      beforeEach(async (t) => {
        world = await createWorld({ listClass }, t)
        logged = []
      })

      it('is shown and logged as LDIF, and is written once writes are on', async () => {
        const observer = await observe()
        await world.mirrored()
        await create({ name: 'sailing', description: 'Who sails, näher am Wind' })
        const ldif = await shownFor('sailing')
        expect(ldif).toContain(`dn: ${world.directory.listDn('sailing')}\nchangetype: add\n`)
        expect(ldif).toContain(`objectClass: ${listClass}\ncn: sailing\n`)
        expect(logged.map((line) => JSON.parse(line) as { ldif?: string })).toContainEqual(
          expect.objectContaining({ ldif, msg: expect.stringContaining('would be written') }),
        )
        expect(await inDirectory('sailing')).toBe('')

        await observer.stop()
        await world.worker()
        await waitUntil('it is made', async () =>
          (await managed('sailing'))?.state === 'active' ? true : null,
        )
        expect(await managed('sailing')).not.toHaveProperty('wouldWrite')
        expect(await inDirectory('sailing')).toContain('cn: sailing')
      })
    },
  )

  describe('as it is shown', () => {
    beforeEach(async (t) => {
      world = await createWorld({}, t)
      logged = []
      await observe()
      await world.mirrored()
    })

    it('is what ldapmodify takes: a new list, other words about one, and its end', async () => {
      await create({ name: 'sailing', description: 'Who sails' })
      await world.directory.ldapmodify(await shownFor('sailing'))
      expect(await inDirectory('sailing')).toContain('description: Who sails')

      await change('choir', { name: 'singers', description: 'Who sings' })
      await world.directory.ldapmodify(await shownFor('singers'))
      expect(await inDirectory('singers')).toContain('description: Who sings')
      expect(await inDirectory('choir')).toBe('')

      await change('newcomers', { description: '' })
      await world.directory.ldapmodify(await shownFor('newcomers'))
      expect(await inDirectory('newcomers')).not.toContain('description:')

      await remove('alumni')
      await world.directory.ldapmodify(await shownFor('alumni'))
      expect(await inDirectory('alumni')).toBe('')
    })
  })
})

describe('that nothing is written', () => {
  beforeEach(async (t) => {
    world = await createWorld({}, t)
    logged = []
  })

  it('is in the status of the target, for as long as all workers observe', async () => {
    const observer = await observe()
    await world.mirrored()
    await waitUntil('it is known to observe', async () => ((await isObserving())[0] ? true : null))
    const writer = await world.worker()
    await waitUntil('the one that writes is known', async () => ((await isObserving())[0] ? null : true))
    await observer.stop()
    await writer.stop()
    await rows(world.db, `update installation set writer_seen_at = now() - interval '1 minute'`)
    await observe()
    await waitUntil('only one that observes is left', async () => ((await isObserving())[0] ? true : null))
    expect((await readStatus(world.db)).targets).toMatchObject([
      { name: 'ldap', state: 'up', observing: true },
    ])
  })

  it('is known of an order before a worker has looked at it', async () => {
    const observer = await observe()
    await world.mirrored()
    await waitUntil('it is known to observe', async () => ((await isObserving())[0] ? true : null))
    await observer.stop()
    await change('choir', { name: 'singers' })
    expect(await managed('singers')).toMatchObject({ wouldWrite: '' })
    expect(await managed('news')).not.toHaveProperty('wouldWrite')
  })
})
