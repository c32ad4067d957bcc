import { expect, it } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { isReplaceCheaper } from '../../../domain/rules/plan-modify.ts'
import { rows } from '../../../domain/store/database.ts'
import { leaseDueList } from '../../../domain/store/apply/lease-list.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { bigLdif } from '../../../sandbox/people.ts'
import { drainLane } from '../../../worker/apply/drain-lane.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

type Modify = Directory['modifyMembers']

/** It sweeps seldom: what it does is what the test asks for. */
function workerThat(world: World, modify: (real: Modify) => Modify) {
  const { directory } = world
  const real = openDirectory(asWorker(directory))
  return world.worker(
    { directory: { ...real, modifyMembers: modify(real.modifyMembers) } },
    { SWEEP_INTERVAL_S: '600' },
  )
}

/** Members' own words, in one go. */
const ask = (world: World, list: string, from: number, to: number, action: string) =>
  rows(
    world.db,
    `with fresh as (
       insert into change (id, list_id, member_id, action, state, requested_by, via)
       select r.id, l.id, m.id, :action, 'queued', m.id, 'api'
       from jsonb_to_recordset(:people) as r (id uuid, uid text) join member m on m.uid = r.uid join list l on l.name = :list
       returning list_id)
     select pg_notify('change_queued', lane::text) from (select distinct lane from list) as l
     where exists (select 1 from fresh)`,
    {
      list,
      action,
      people: JSON.stringify(
        Array.from({ length: to - from }, (_, at) => ({ id: newId(), uid: uidOf(from + at) })),
      ),
    },
  )

const values = (count: number): string[] => Array.from({ length: count }, String)

const uidOf = (number: number): string => `p${String(number).padStart(6, '0')}`

const allEnded = (world: World, list: string) =>
  waitUntil(`every change of ${list} has ended`, async () => {
    const open = await rows(
      world.db,
      `select 1 from change c join list l on l.id = c.list_id where l.name = :list and c.ended_at is null limit 1`,
      { list },
    )
    return open.length === 0 ? true : null
  })

it('writes a large change of a large list anew, keeps whom nobody knows, and reads again when another tool was there', async (t) => {
  const world = await createWorld(
    {
      seedLdif: bigLdif({ listClass: 'groupOfUniqueNames', people: 7000, lists: 1, membersPerList: 6000 }),
    },
    t,
  )
  const stranger = 'cn=somebody else,ou=partners,dc=example,dc=org'
  const late = 'cn=late,ou=partners,dc=example,dc=org'
  const list = 'list0000'
  const add = (value: string) =>
    world.directory.ldapmodify(
      `dn: ${world.directory.listDn(list)}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${value}\n`,
    )
  await add(stranger)
  const modifies: { replaced: boolean; values: number }[] = []
  const setUp = await workerThat(world, (modify) => modify)
  await world.mirrored()
  await setUp.stop()
  let interfere = true
  await ask(world, list, 6000, 6300, 'subscribe')
  await ask(world, list, 0, 300, 'unsubscribe')
  await workerThat(world, (modify) => async (dn, change) => {
    modifies.push({
      replaced: change.replaceWith !== undefined,
      values: change.add.length + change.remove.length,
    })
    if (interfere) await add(late)
    interfere = false
    return modify(dn, change)
  })
  await allEnded(world, list)
  // The first met the other tool's change, and was made again from another read.
  expect(modifies).toEqual([
    { replaced: true, values: 600 },
    { replaced: true, values: 600 },
  ])
  const expected = Array.from(
    { length: 6000 },
    (_, at) => `uid=${uidOf(300 + at)},${world.directory.peopleBase}`,
  )
  expect(await world.directory.membersOf(list)).toEqual([...expected, stranger, late].sort())
  const [mirror] = await rows<{ members: number; unlike: number }>(
    world.db,
    `select (select count(*) from membership)::integer as members,
       (select count(*) from change where state <> 'applied')::integer as unlike`,
  )
  expect(mirror).toEqual({ members: 6000, unlike: 0 })

  // A small change of the same list is no reason to write it all.
  await ask(world, list, 6500, 6501, 'subscribe')
  await allEnded(world, list)
  expect(modifies.at(-1)).toEqual({ replaced: false, values: 1 })
}, 60_000)

it('gives the other lists of its lane their turn before a list’s second one', async (t) => {
  const world = await createWorld(
    { seedLdif: bigLdif({ listClass: 'groupOfUniqueNames', people: 20, lists: 3, membersPerList: 1 }) },
    t,
  )
  const setUp = await workerThat(world, (modify) => modify)
  await world.mirrored()
  await setUp.stop()
  await rows(world.db, 'update list set lane = 3')
  for (const list of ['list0000', 'list0001', 'list0002']) await ask(world, list, 10, 12, 'subscribe')
  const turn = async (served: readonly string[]) => {
    const leased = await leaseDueList(world.db, { lane: 3, leaseMs: 30_000, observeOnly: false, served })
    await rows(world.db, `update change set state = 'queued' where state = 'applying'`)
    await rows(world.db, 'update list set lease_token = null, lease_until = null')
    return leased?.list ?? null
  }
  const served: string[] = []
  const names: (string | undefined)[] = []
  for (let count = 0; count < 3; count += 1) {
    const list = await turn(served)
    names.push(list?.name)
    if (list) served.push(list.id)
  }
  // Each in the order of its waiting, and the first again only now.
  expect(names).toEqual(['list0000', 'list0001', 'list0002'])
  expect(await turn(served)).toMatchObject({ name: 'list0000' })
})

it('lets go of a list after a thousand changes', async (t) => {
  const world = await createWorld(
    { seedLdif: bigLdif({ listClass: 'groupOfUniqueNames', people: 2600, lists: 1, membersPerList: 1 }) },
    t,
  )
  const tokens = new Set<string | undefined>()
  const modified: number[] = []
  const setUp = await workerThat(world, (modify) => modify)
  await world.mirrored()
  await setUp.stop()
  await ask(world, 'list0000', 100, 2500, 'subscribe')
  await workerThat(world, (modify) => async (dn, change) => {
    const [list] = await rows<{ leaseToken: string }>(
      world.db,
      'select lease_token from list where lease_until > now()',
    )
    tokens.add(list?.leaseToken)
    modified.push(change.add.length)
    return modify(dn, change)
  })
  await allEnded(world, 'list0000')
  expect(modified).toEqual([1000, 1000, 400])
  expect(tokens.size).toBe(3)
}, 60_000)

it('goes on with the other lists of a lane beside one that is slow', async (t) => {
  const world = await createWorld({}, t)
  const held = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const slow = world.directory.listDn('news')
  const worker = await workerThat(world, (modify) => async (dn, change) => {
    if (dn === slow) {
      reached.resolve()
      await held.promise
    }
    return modify(dn, change)
  })
  await world.mirrored()
  await rows(world.db, `update list set lane = 3`)
  // Nobody else is woken for this lane: one and the same drains it.
  await rows(world.db, `update lane set wake_at = now() + interval '1 hour' where number = 3`)
  await rows(
    world.db,
    `insert into change (id, list_id, member_id, action, state, requested_by, via, created_at, due_at)
     select gen_random_uuid(), l.id, m.id, 'subscribe', 'queued', m.id, 'api', now(), now() - make_interval(mins => case l.name when 'news' then 2 else 1 end)
     from list l join member m on m.uid = 'ada' where l.name in ('news', 'jobs', 'newcomers', 'alumni')`,
  )
  const drained = drainLane(worker.context, 3)
  await reached.promise
  for (const list of ['jobs', 'newcomers', 'alumni']) await allEnded(world, list)
  const [open] = await rows<{ state: string }>(
    world.db,
    `select c.state from change c join list l on l.id = c.list_id where l.name = 'news'`,
  )
  expect(open).toEqual({ state: 'applying' })
  held.resolve()
  await drained
  await allEnded(world, 'news')
}, 60_000)

it('knows from which size on a replace is cheaper', () => {
  expect(isReplaceCheaper({ add: values(1), remove: [] }, 100_000)).toBe(false)
  expect(isReplaceCheaper({ add: values(500), remove: values(500) }, 100_000)).toBe(true)
  expect(isReplaceCheaper({ add: values(500), remove: values(500) }, 1000)).toBe(false)
})
