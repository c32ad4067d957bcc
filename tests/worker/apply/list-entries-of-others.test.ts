import { beforeEach, describe, expect, it } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import { laneOf } from '../../../domain/rules/lane.ts'
import { rows } from '../../../domain/store/database.ts'
import { deleteList } from '../../../domain/store/lists/delete-list.ts'
import { giveLeaseBack, leaseDueList } from '../../../domain/store/apply/lease-list.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { mirrorShows } from '../sync/_mirror.ts'

type Row = { state: string; name: string; dn: string | null; entryDueAt: Date | null }

let world: World

beforeEach(async (t) => {
  world = await createWorld({}, t)
})

const listOf = async (id: string): Promise<Row> => {
  const [list] = await rows<Row>(world.db, 'select state, name, dn, entry_due_at from list where id = :id', {
    id,
  })
  if (!list) throw new Error(`there is no list ${id}`)
  return list
}

const settled = (id: string) =>
  waitUntil('nothing is due about the entry', async () => {
    const list = await listOf(id)
    return list.entryDueAt === null ? list : null
  })

/** A list as it is written here; `state` with what else is known of it. */
async function createHere(name: string, state = 'creating', more = { due: 'now()', problem: '' }) {
  const id = newId()
  await rows(
    world.db,
    `with made as (
       insert into list (id, name, display_name, description, join_policy, state, lane, entry_due_at, entry_problem)
       values (:id, :name, :name, '', 'open', :state, :lane, ${more.due}, nullif(:problem, '')) returning lane)
     select pg_notify('change_queued', lane::text) from made`,
    { id, name, state, lane: laneOf(id), problem: more.problem },
  )
  return id
}

async function want(id: string, set: string): Promise<void> {
  await rows(
    world.db,
    `with wanted as (update list set ${set}, entry_due_at = now() where id = :id returning lane)
     select pg_notify('change_queued', lane::text) from wanted`,
    { id },
  )
}

const idOf = async (name: string): Promise<string> => {
  const [list] = await rows<{ id: string }>(
    world.db,
    `select id from list where name = :name and state <> 'gone'`,
    { name },
  )
  if (!list) throw new Error(`there is no list ${name}`)
  return list.id
}

const isBusy = (): never => {
  throw new DirectoryFailure('transient', 51, 'busy')
}

/** A worker that reads nothing into the mirror: what is to be written is met first. `parts` of its adapter may be others. */
function blindWorker(
  environment: Record<string, string> = {},
  parts: (real: Directory) => Partial<Directory> = () => ({}),
) {
  const real = openDirectory(asWorker(world.directory))
  const reads = {
    readPeople: isBusy,
    readLists: isBusy,
    readListsWithMembers: isBusy,
    listIds: isBusy,
    changedSince: isBusy,
  }
  const directory = { ...real, ...reads, ...parts(real) }
  return world.worker({ followsDirectory: false, directory }, environment)
}

/** By another tool: a list with bob on it. */
const addByOthers = (dn: string) =>
  world.directory.ldapmodify(
    `dn: ${dn}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: sailing\nuniqueMember: ${world.directory.personDn('bob')}\n`,
  )

const inDirectory = (dn: string) =>
  world.directory.ldapsearch(world.directory.listsBase, `(entryDN=${dn})`, 'uniqueMember')

/** Where a list of this name is made, and further down. */
const inPlace = () => world.directory.listDn('sailing')
const clubs = () => `cn=sailing,ou=clubs,${world.directory.listsBase}`

const amongLists = () => ({ LDAP_ADMIN_GROUP: inPlace() })

describe('the group that makes admins, among the lists', () => {
  it('does not become a list by its name: what waited to join it is refused, and admins are told', async () => {
    await addByOthers(inPlace())
    const worker = await world.worker({}, amongLists())
    await world.mirrored()
    await worker.stop()
    const id = await createHere('sailing')
    const change = await world.request('alice', 'subscribe', 'sailing')
    await world.worker({}, amongLists())
    expect(await world.ended(change.id)).toMatchObject({ state: 'failed', reason: { code: 'LIST_GONE' } })
    expect(await settled(id)).toMatchObject({ state: 'gone' })
    expect(await world.directory.membersOf('sailing')).toEqual([world.directory.personDn('bob')])
    const told = await waitUntil('admins are told', async () => {
      const [incident] = await rows(world.db, 'select kind, subject_id from incident')
      return incident ?? null
    })
    expect(told).toEqual({ kind: 'list-entry-failed', subjectId: id })
  })

  it('is not made by the name of a list where it is not there', async () => {
    const worker = await world.worker({}, amongLists())
    await world.mirrored()
    const id = await createHere('sailing')
    expect(await settled(id)).toMatchObject({ state: 'gone' })
    expect(await inDirectory(inPlace())).toBe('')
    const news = await idOf('news')
    await want(news, `wanted_name = 'sailing'`)
    expect(await settled(news)).toMatchObject({ state: 'active', name: 'news' })
    expect(await inDirectory(inPlace())).toBe('')
    await worker.stop()
  })

  describe('that the mirror takes for a list', () => {
    let id: string

    beforeEach(async () => {
      await addByOthers(inPlace())
      const worker = await world.worker()
      await world.mirrored()
      await worker.stop()
      id = await idOf('sailing')
    })

    it('gets no member', async () => {
      const change = await world.request('alice', 'subscribe', 'sailing')
      await blindWorker(amongLists())
      expect(await world.ended(change.id)).toMatchObject({ state: 'failed', reason: { code: 'LIST_GONE' } })
      expect(await world.directory.membersOf('sailing')).toEqual([world.directory.personDn('bob')])
      expect(await listOf(id)).toMatchObject({ state: 'gone' })
    })

    it.for(['renamed', 'deleted'] as const)('is not %s', async (what) => {
      await want(id, what === 'renamed' ? `wanted_name = 'rowing'` : `state = 'deleting'`)
      await blindWorker(amongLists())
      expect(await settled(id)).toMatchObject({ state: 'gone' })
      expect(await world.directory.membersOf('sailing')).toEqual([world.directory.personDn('bob')])
    })
  })
})

/** A list whose creation nobody knows the end of. */
const toBeDeleted = (due: string) => createHere('sailing', 'deleting', { due, problem: 'timed out' })

/** Once this list is gone: the one that has its name instead, as it is here. */
async function otherThan(id: string): Promise<Row & { id: string }> {
  await waitUntil('it is gone', async () => ((await listOf(id)).state === 'gone' ? true : null))
  return waitUntil('the other one is a list', async () => {
    const [other] = await rows<Row & { id: string }>(
      world.db,
      `select id, state, name, dn, entry_due_at from list where name = 'sailing' and state = 'active' and id <> :id`,
      { id },
    )
    return other ?? null
  })
}

/** An adapter that is not told who made an entry. */
const unsaid = (real: Directory): Partial<Directory> => ({
  findNamedList: async (name) => {
    const read = await real.findNamedList(name)
    if (read !== null) delete read.list.creatorKey
    return read
  },
})

describe('a list that never came to be, and is to be deleted', () => {
  beforeEach(async () => {
    await world.directory.ldapmodify(
      `dn: ou=clubs,${world.directory.listsBase}\nchangetype: add\nobjectClass: organizationalUnit\nou: clubs\n`,
    )
  })

  it.for([
    ['further down', clubs],
    ['in its place', inPlace],
  ] as const)('takes nothing with it that another tool made %s since', async ([, where]) => {
    await addByOthers(where())
    const id = await toBeDeleted('now()')
    await world.worker()
    expect(await otherThan(id)).toMatchObject({ dn: where(), entryDueAt: null })
    expect(await inDirectory(where())).toContain(world.directory.personDn('bob'))
  })

  it.for([
    ['further down', clubs],
    ['in its place', inPlace],
  ] as const)(
    'is not taken for what another tool made %s, by a read that comes before',
    async ([, where]) => {
      await addByOthers(where())
      const id = await toBeDeleted(`now() + interval '1 hour'`)
      await world.worker()
      await world.mirrored()
      await want(id, `state = 'deleting'`)
      expect(await otherThan(id)).toMatchObject({ dn: where(), entryDueAt: null })
      expect(await inDirectory(where())).toContain(world.directory.personDn('bob'))
    },
  )

  describe('where the server does not say who made an entry', () => {
    it('leaves an entry with somebody on it', async () => {
      await addByOthers(inPlace())
      const id = await toBeDeleted('now()')
      await blindWorker({}, unsaid)
      expect(await settled(id)).toMatchObject({ state: 'gone' })
      expect(await inDirectory(inPlace())).toContain(world.directory.personDn('bob'))
    })

    it('takes one with nobody on it for its own', async () => {
      const directory = openDirectory(asWorker(world.directory))
      await directory.createList({ name: 'sailing', description: '', members: [world.directory.worker.dn] })
      await directory.close()
      const id = await toBeDeleted('now()')
      await blindWorker({}, unsaid)
      expect(await settled(id)).toMatchObject({ state: 'gone' })
      expect(await inDirectory(inPlace())).toBe('')
    })
  })
})

it('a list whose entry another tool had made already shows who is on it', async () => {
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  await addByOthers(inPlace())
  const id = await createHere('sailing')
  const blind = await blindWorker()
  expect(await settled(id)).toMatchObject({ state: 'active' })
  await blind.stop()
  await world.worker()
  expect(await mirrorShows(world, 'sailing', 'bob')).toBe(true)
})

/** A list's entry was made, and that was not recorded. `problem`: what was said before. `killed`: who made it says nothing any more. */
async function interrupted(problem = '', { killed = false } = {}): Promise<string> {
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  const id = await createHere('sailing', 'creating', { due: 'now()', problem })
  const leased = await leaseDueList(world.db, { lane: laneOf(id), leaseMs: 600_000, observeOnly: false })
  const directory = openDirectory(asWorker(world.directory))
  await directory.createList({ name: 'sailing', description: '', members: [world.directory.worker.dn] })
  await directory.close()
  if (killed) await rows(world.db, 'update list set lease_until = now() where id = :id', { id })
  else await giveLeaseBack(world.db, leased?.list.leaseToken ?? '')
  return id
}

/** What there is of it once an admin has had it deleted. */
async function leftOnceDeleted(id: string) {
  const memberId = await world.memberId('alice')
  await world.db.transaction((tx) =>
    deleteList(tx, { listName: 'sailing', memberId, via: 'api', requestId: null }),
  )
  await world.worker()
  const { state } = await settled(id)
  const here = await rows(world.db, `select 1 from list where name = 'sailing' and state <> 'gone'`)
  return { state, inDirectory: await inDirectory(inPlace()), here }
}

const nothing = { state: 'gone', inDirectory: '', here: [] }

describe('a creation that Postgres interrupted', () => {
  it('is looked for when the list is deleted', async () => {
    expect(await leftOnceDeleted(await interrupted())).toEqual(nothing)
  })

  it('is looked for also where it had waited for WRITES=on', async () => {
    expect(await leftOnceDeleted(await interrupted('WRITES=off'))).toEqual(nothing)
  })

  it.for([
    ['was interrupted', false],
    ['was killed', true],
  ] as const)(
    'is looked for also where it waits for WRITES=on since, and who made it %s',
    async ([, killed]) => {
      const id = await interrupted('', { killed })
      const observer = await blindWorker({ WRITES: 'off' })
      await waitUntil('it was observed', async () => {
        const [seen] = await rows(
          world.db,
          `select 1 from list where id = :id and entry_problem = 'WRITES=off' and lease_until is null`,
          { id },
        )
        return seen ?? null
      })
      await observer.stop()
      expect(await leftOnceDeleted(id)).toEqual(nothing)
    },
  )
})

describe('a deletion that is refused once the entry was found', () => {
  it('tells who waits for the list no wrong reason: their changes are applied', async () => {
    const first = await world.worker()
    await world.mirrored()
    await first.stop()
    const directory = openDirectory(asWorker(world.directory))
    await directory.createList({ name: 'sailing', description: '', members: [world.directory.worker.dn] })
    await directory.close()
    const id = await createHere('sailing')
    const change = await world.request('bob', 'subscribe', 'sailing')
    await want(id, `state = 'deleting', entry_problem = 'timed out'`)
    await blindWorker({}, () => ({
      deleteList: () => Promise.reject(new DirectoryFailure('permanent', 66, 'not allowed on non-leaf')),
    }))
    expect(await settled(id)).toMatchObject({ state: 'active' })
    expect(await world.ended(change.id)).toMatchObject({ state: 'applied' })
    expect(await world.directory.membersOf('sailing')).toEqual([world.directory.personDn('bob')])
  })
})
