import { expect, it, type TestContext } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { laneOf } from '../../../domain/rules/lane.ts'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

async function createHere({ db }: World, name: string, inS = 0): Promise<string> {
  const id = newId()
  await rows(
    db,
    `with made as (
       insert into list (id, name, display_name, description, join_policy, state, lane, entry_due_at)
       values (:id, :name, :name, '', 'open', 'creating', :lane, now() + make_interval(secs => :inS)) returning lane)
     select pg_notify('change_queued', lane::text) from made`,
    { id, name, lane: laneOf(id), inS },
  )
  return id
}

const isActive = ({ db }: World, id: string) =>
  waitUntil('the list is there', async () => {
    const [list] = await rows(db, `select 1 from list where id = :id and state = 'active'`, { id })
    return list ?? null
  })

const numbers = async ({ directory }: World) => {
  const ldif = await directory.ldapsearch(directory.listsBase, '(objectClass=posixGroup)', 'gidNumber')
  return [...ldif.matchAll(/^gidNumber: (\d+)$/gm)].map((match) => match[1])
}

/** Another tool makes a group with the number of this one. */
async function giveItsNumberToAnother(world: World, name: string) {
  const { listsBase, ldapmodify, ldapsearch } = world.directory
  const [number] = /(?<=^gidNumber: )\d+$/m.exec(
    await ldapsearch(listsBase, `(cn=${name})`, 'gidNumber'),
  ) ?? ['']
  const add = ['changetype: add', 'objectClass: posixGroup', 'cn: other', `gidNumber: ${number}`]
  await ldapmodify([`dn: cn=other,${listsBase}`, ...add, ''].join('\n'))
  const all = await numbers(world)
  expect(new Set(all).size).toBeLessThan(all.length)
}

type Confirm = () => Promise<void>

/**
 * A list is made by a worker that freezes while it does, its turn runs out, and another worker makes one. Gives all numbers, once both
 * are there, and how many entries the frozen one has taken back. `around`: where it freezes.
 */
async function freezeOver(t: TestContext, around: (freeze: Confirm, confirm: Confirm) => Promise<void>) {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  const [reached, thawed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let takenBack = 0
  const onOperation = (kind: string, code: number | null) => {
    if (kind === 'del' && code === 0) takenBack += 1
  }
  const real = openDirectory({ ...asWorker(world.directory), onOperation })
  let isFrozen = false
  const freeze = async () => {
    if (isFrozen) return
    isFrozen = true
    reached.resolve()
    await thawed.promise
  }
  await world.worker({
    // Never renewed while this test runs: a stopped process would not either.
    leaseMs: 600_000,
    directory: {
      ...real,
      createList: (list, confirm) => real.createList(list, () => around(freeze, confirm ?? (async () => {}))),
    },
  })
  await world.mirrored()
  const late = await createHere(world, 'late')
  await reached.promise
  await rows(world.db, `update turn set until = now() - interval '1 second' where name = 'create-entry'`)
  const between = await createHere(world, 'between')
  await world.worker()
  await isActive(world, between)
  thawed.resolve()
  await isActive(world, late)
  return { all: await numbers(world), takenBack }
}

it('a worker that was frozen with a number in hand adds nothing in another’s turn', async (t) => {
  const { all, takenBack } = await freezeOver(t, async (freeze, confirm) => {
    await freeze()
    await confirm()
  })
  expect(all.length).toBeGreaterThan(2)
  expect(new Set(all).size).toBe(all.length)
  expect(takenBack).toBe(0)
})

it('a worker that lost the list while it looked for a number adds nothing, though the turn is still its own', async (t) => {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  const real = openDirectory(asWorker(world.directory))
  const made = Promise.withResolvers<unknown>()
  await world.worker({
    // Never renewed while this test runs.
    leaseMs: 600_000,
    directory: {
      ...real,
      createList: (list, confirm = async () => {}) => {
        const making = real.createList(list, async () => {
          // Another worker has it by now.
          await rows(world.db, `update list set lease_token = gen_random_uuid() where name = 'late'`)
          await confirm()
        })
        making.then(made.resolve, made.resolve)
        return making
      },
    },
  })
  await world.mirrored()
  const before = await numbers(world)
  await createHere(world, 'late')
  expect(await made.promise).toMatchObject({ name: 'LeaseLost' })
  expect(await numbers(world)).toEqual(before)
})

it('a worker that was frozen right before it added an entry takes it back when another has its number', async (t) => {
  const { all, takenBack } = await freezeOver(t, async (freeze, confirm) => {
    await confirm()
    await freeze()
  })
  expect(all.length).toBeGreaterThan(2)
  expect(new Set(all).size).toBe(all.length)
  expect(takenBack).toBe(1)
})

it('an entry whose maker was killed before it saw that another has its number is made anew', async (t) => {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  const real = openDirectory(asWorker(world.directory))
  const isMade = Promise.withResolvers<void>()
  const killed = Promise.withResolvers<never>()
  killed.promise.catch(() => undefined)
  let times = 0
  await world.worker({
    leaseMs: 600_000,
    directory: {
      ...real,
      createList: async (list, confirm) => {
        const made = await real.createList(list, confirm)
        times += 1
        isMade.resolve()
        return times === 1 ? killed.promise : made
      },
    },
  })
  await world.mirrored()
  const late = await createHere(world, 'late')
  await isMade.promise
  await giveItsNumberToAnother(world, 'late')
  // As far as anybody else can see it is gone.
  await rows(world.db, `update turn set until = now() - interval '1 second' where name = 'create-entry'`)
  await rows(world.db, `update list set lease_token = null, lease_until = null where id = :late`, { late })
  await world.worker()
  await rows(world.db, `select pg_notify('change_queued', lane::text) from list where id = :late`, { late })
  await isActive(world, late)
  const all = await numbers(world)
  expect(new Set(all).size).toBe(all.length)
  expect(await real.findNamedList('late')).not.toBeNull()
  killed.reject(new Error('killed'))
})

it('an entry that its dead maker did not look at is not believed by a reader before a worker has looked', async (t) => {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  // The worker is not due to make it before its maker’s lease would have run out.
  const late = await createHere(world, 'late', 3600)
  const maker = openDirectory(asWorker(world.directory))
  cleanUpAfter(t, () => maker.close())
  const { entryUuid } = await maker.createList({ name: 'late', description: '', members: [] })
  await giveItsNumberToAnother(world, 'late')
  await world.worker()
  await world.mirrored()
  expect(await rows(world.db, 'select state, entry_uuid from list where id = :late', { late })).toEqual([
    { state: 'creating', entryUuid: null },
  ])
  await rows(world.db, `update list set entry_due_at = now() where id = :late`, { late })
  await isActive(world, late)
  expect(await maker.findList(entryUuid)).toBeNull()
  const all = await numbers(world)
  expect(new Set(all).size).toBe(all.length)
})

it.for(['before a worker finds it', 'right before a worker takes it back'] as const)(
  'such an entry stays where another tool has put somebody on it %s',
  async (when, t) => {
    const world = await createWorld({ listClass: 'posixGroup' }, t)
    const late = await createHere(world, 'late')
    const real = openDirectory(asWorker(world.directory))
    const { dn, entryUuid } = await real.createList({ name: 'late', description: '', members: [] })
    await giveItsNumberToAnother(world, 'late')
    const bob = world.directory.memberValue('bob')
    const putOn = () =>
      world.directory.ldapmodify(`dn: ${dn}\nchangetype: modify\nadd: memberUid\nmemberUid: ${bob}\n`)
    if (when === 'before a worker finds it') await putOn()
    let isPutOn = when === 'before a worker finds it'
    await world.worker({
      directory: {
        ...real,
        deleteList: async (...given) => {
          if (!isPutOn) await putOn()
          isPutOn = true
          return real.deleteList(...given)
        },
      },
    })
    await isActive(world, late)
    expect(isPutOn).toBe(true)
    expect((await real.findList(entryUuid))?.members).toEqual(new Map([[bob, bob]]))
  },
)

it('nor is a group made anew that another tool made', async (t) => {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  const late = await createHere(world, 'late')
  const add = ['changetype: add', 'objectClass: posixGroup', 'cn: late', 'gidNumber: 10000', '']
  await world.directory.ldapmodify([`dn: ${world.directory.listDn('late')}`, ...add].join('\n'))
  await giveItsNumberToAnother(world, 'late')
  const real = openDirectory(asWorker(world.directory))
  const made = await real.findNamedList('late')
  await world.worker({ directory: real })
  await isActive(world, late)
  expect((await real.findNamedList('late'))?.list.entryUuid).toBe(made?.list.entryUuid)
})

it('a worker that lost the list while it looked whether another has its number takes nothing back', async (t) => {
  const world = await createWorld({ listClass: 'posixGroup' }, t)
  await createHere(world, 'late')
  const real = openDirectory(asWorker(world.directory))
  const { entryUuid } = await real.createList({ name: 'late', description: '', members: [] })
  await giveItsNumberToAnother(world, 'late')
  const looked = Promise.withResolvers<void>()
  await world.worker({
    // Never renewed while this test runs.
    leaseMs: 600_000,
    directory: {
      ...real,
      hasOwnNumber: async (id) => {
        const isOwn = await real.hasOwnNumber(id)
        // Another worker has it by now.
        await rows(
          world.db,
          `update list set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where name = 'late'`,
        )
        looked.resolve()
        return isOwn
      },
    },
  })
  await looked.promise
  await waitUntil('its turn is over', async () => {
    const turns = await rows(world.db, `select 1 from turn where name = 'create-entry'`)
    return turns.length === 0 ? true : null
  })
  expect(await real.findList(entryUuid)).not.toBeNull()
})
