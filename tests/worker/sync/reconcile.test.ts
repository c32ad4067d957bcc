import { beforeEach, describe, expect, it } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { decideHold } from '../../../domain/store/holds/decide-hold.ts'
import { deleteList } from '../../../domain/store/lists/delete-list.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { rows } from '../../../domain/store/database.ts'
import { queueSyncRun } from '../../../domain/store/mirror/queue-sync-run.ts'
import { readSyncRun } from '../../../domain/store/mirror/read-sync-runs.ts'
import { reconcile } from '../../../worker/sync/run-sync.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import {
  addList,
  addMember,
  addPerson,
  listIs,
  mirroredMembers,
  remove,
  worldReadWhenAsked,
} from './_mirror.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

let world: World
let worker: Worker

beforeEach(async (t) => {
  ;({ world, worker } = await worldReadWhenAsked(t, {
    alertTo: { channelId: '400000000000000001', mailTo: null },
  }))
})

/** What an admin asks for by the API, until a worker has done it, and reads no more: whoever reads at once finds nobody else at it. */
async function asked(mode: 'incremental' | 'full', dryRun = false) {
  const memberId = await world.memberId('ada')
  const { id } = await world.db.transaction((tx) =>
    queueSyncRun(tx, { mode, dryRun, memberId, via: 'api', requestId: null }),
  )
  return waitUntil('the run has ended', async () => {
    const run = await readSyncRun(world.db, id)
    const reading = await rows(world.db, `select 1 from turn where name = 'sync-directory'`)
    return run?.endedAt && reading.length === 0 ? run : null
  })
}

const mirror = async () => ({
  people: await rows(world.db, 'select uid, state, version from member order by uid'),
  lists: await rows(world.db, 'select name, state, version from list order by name'),
  memberships: await rows(world.db, 'select list_id, member_id from membership order by 1, 2'),
})

/** A clock that comes round soon after a full read does nothing. */
const fullReadLongAgo = () => rows(world.db, `update sync_run set ended_at = ended_at - interval '1 day'`)

/** Somebody did this to the mirror by hand: its versions say that it is right. */
async function spoil(): Promise<void> {
  await rows(
    world.db,
    `delete from membership using list l, member m
     where l.id = list_id and m.id = member_id and l.name = 'news' and m.uid = 'carol'`,
  )
  await rows(
    world.db,
    `insert into membership (list_id, member_id) select l.id, m.id from list l, member m where l.name = 'chess' and m.uid = 'ada'`,
  )
}

const incidents = () =>
  rows(world.db, `select kind, state from incident where kind = 'read-incomplete' order by began_at`)

/** The directory as it would be without these lists. */
const without = (names: ReadonlySet<string>): Directory => {
  const { directory } = worker.context
  return {
    ...directory,
    async *readLists() {
      for await (const piece of directory.readLists()) yield piece.filter(({ name }) => !names.has(name))
    },
    async *readListsWithMembers() {
      for await (const piece of directory.readListsWithMembers())
        yield piece.filter(({ list }) => !names.has(list.name))
    },
    findList: async (id) => {
      const read = await directory.findList(id)
      return read && !names.has(read.list.name) ? read : null
    },
  }
}

/** Ada's word, which waits for somebody's approval. */
const adaAsks = async (list: string) => {
  const id = newId()
  await rows(
    world.db,
    `insert into change (id, list_id, member_id, action, state, requested_by, via)
     select :id, l.id, m.id, 'subscribe', 'awaiting_approval', m.id, 'api' from list l, member m
     where l.name = :list and m.uid = 'ada'`,
    { id, list },
  )
  return id
}

const holds = () => rows(world.db, 'select kind, state from hold')

const stateOf = async (list: string) =>
  (await rows<{ state: string }>(world.db, 'select state from list where name = :list', { list }))[0]?.state

const creating = (name: string, more = '') =>
  rows(
    world.db,
    `insert into list (id, name, display_name, description, join_policy, lane, state, entry_due_at, wanted_description)
     values (:id, :name, :name, 'ours', 'open', 0, 'creating', now(), nullif(:more, ''))`,
    { id: newId(), name, more },
  )

const shown = (name: string) =>
  rows(
    world.db,
    'select state, description, entry_uuid is not null as there, entry_due_at is not null as due from list where lower(name) = lower(:name)',
    { name },
  )

const readWithout = async (...names: string[]) => {
  await fullReadLongAgo()
  await reconcile({ ...worker.context, directory: without(new Set(names)) })
}

describe('a full read that somebody asks for', () => {
  it('puts right what differs at the same version, and reports it list by list', async () => {
    const right = await mirror()
    await spoil()
    expect(await asked('incremental')).toMatchObject({ state: 'done', report: { differences: [] } })
    expect(await mirror()).not.toEqual(right)
    const run = await asked('full')
    expect(run).toMatchObject({
      state: 'done',
      mode: 'full',
      report: {
        lists: { written: 2 },
        differences: [
          { list: 'chess', joined: [], parted: ['ada'], partedCount: 1, policy: 'adopt' },
          { list: 'news', joined: ['carol'], parted: [], joinedCount: 1, policy: 'adopt' },
        ],
      },
    })
    expect(await mirror()).toEqual(right)
    expect(await asked('full')).toMatchObject({ report: { lists: { written: 0 }, differences: [] } })
  })

  it('as a dry run writes nothing, and tells what it would have done', async () => {
    await spoil()
    await addPerson(world, 'newcomer')
    await remove(world, world.directory.listDn('choir'))
    await remove(world, world.directory.personDn('mallory'))
    await addList(world, 'sauna', ['bob'])
    const { adminGroup, personDn, ldapmodify } = world.directory
    await ldapmodify(`dn: ${adminGroup}\nchangetype: modify\nreplace: member\nmember: ${personDn('bob')}\n`)
    await rows(world.db, `update member set placed = false where uid = 'grace'`)
    const people = () => rows(world.db, 'select uid, is_admin, placed from member order by uid')
    const [before, peopleBefore] = [await mirror(), await people()]
    const run = await asked('full', true)
    expect(run.report).toMatchObject({
      people: { written: 1, gone: 1 },
      lists: { gone: 1 },
      differences: [
        { list: 'chess', driftId: null, parted: ['ada'] },
        { list: 'news', driftId: null, joined: ['carol'] },
      ],
    })
    expect(await mirror()).toEqual(before)
    expect(await people()).toEqual(peopleBefore)
    expect(await rows(world.db, 'select id from drift')).toEqual([])
  })

  it('as a dry run does not stand for the one that is due', async () => {
    await fullReadLongAgo()
    await spoil()
    await asked('full', true)
    await reconcile(worker.context)
    expect(await mirroredMembers(world, 'news')).toContain('carol')
  })
})

describe.each(['posixGroup', 'nisMailAlias'] as const)('a full read of lists of class %s', (listClass) => {
  it('finds what differs too, and nothing where nothing does', async (t) => {
    world = await createWorld({ listClass }, t)
    worker = await world.worker({ followsDirectory: false }, { SYNC_INTERVAL_S: '86400' })
    await world.mirrored()
    await addMember(world, 'chess', 'nobody-we-know')
    const right = await mirror()
    await asked('full')
    await spoil()
    expect((await asked('full')).report?.differences).toMatchObject([
      { list: 'chess', parted: ['ada'] },
      { list: 'news', joined: ['carol'] },
    ])
    expect((await mirror()).memberships).toEqual(right.memberships)
    expect((await asked('full')).report).toMatchObject({ lists: { written: 0 }, differences: [] })
  })
})

describe('a read that stops short', () => {
  it('removes nothing, and tells admins until one is whole again', async () => {
    const before = await mirror()
    await fullReadLongAgo()
    await expect(
      reconcile({
        ...worker.context,
        directory: {
          ...worker.context.directory,
          async *readLists() {
            yield await Promise.resolve([])
          },
        },
      }),
    ).rejects.toThrow('the lists’ base is empty')
    expect(await mirror()).toEqual(before)
    expect(await incidents()).toMatchObject([{ kind: 'read-incomplete', state: 'open' }])
    // It says what would be done, and that is not done yet. Whatever follows the first of them is done before the next.
    for (const _ of ['first', 'next']) expect(await asked('full', true)).toMatchObject({ state: 'done' })
    expect(await incidents()).toMatchObject([{ kind: 'read-incomplete', state: 'open' }])
    await reconcile(worker.context)
    expect(await incidents()).toMatchObject([{ kind: 'read-incomplete', state: 'resolved' }])
  })
})

describe('lists that are gone', () => {
  it('one by one end the changes that wait for them', async () => {
    const id = await adaAsks('choir')
    await readWithout('choir')
    expect(await world.ended(id)).toMatchObject({ state: 'failed', reason: { code: 'LIST_GONE' } })
    expect(
      await rows(world.db, `select event, outcome from audit_entry where subject_id = :id`, { id }),
    ).toEqual([{ event: 'change.failed', outcome: 'LIST_GONE' }])
    expect(await holds()).toEqual([])
  })

  it('many at once are mirrored, but what waits for them waits until an admin says so or they come back', async () => {
    const id = await adaAsks('choir')
    const before = await mirror()
    const all = await rows<{ name: string }>(world.db, 'select name from list')
    await readWithout(...all.map(({ name }) => name).filter((name) => name !== 'news'))
    expect([await stateOf('choir'), await stateOf('news')]).toEqual(['gone', 'active'])
    expect(await holds()).toEqual([{ kind: 'lists-gone', state: 'waiting' }])
    expect(await world.change(id)).toMatchObject({ state: 'awaiting_approval' })
    await readWithout()
    expect(await mirror()).toEqual(before)
    expect(await holds()).toEqual([{ kind: 'lists-gone', state: 'over' }])
    expect(await world.change(id)).toMatchObject({ state: 'awaiting_approval' })
    expect(await rows(world.db, 'select id from drift')).toEqual([])
  })
})

/** All lists but choir and five more. */
const many = async () => {
  const all = await rows<{ name: string }>(
    world.db,
    `select name from list where name <> 'choir' order by name`,
  )
  return all.slice(5).map(({ name }) => name)
}
const byAda = async () => ({ memberId: await world.memberId('ada'), via: 'web', requestId: null }) as const
const deleteMany = async () => {
  const [names, deletion] = [await many(), await byAda()]
  for (const listName of names) await world.db.transaction((tx) => deleteList(tx, { listName, ...deletion }))
  return names
}

/** How somebody's word about choir ends once that is not there, and these neither, and how many holds wait then. */
const endWithout = async (...names: string[]) => {
  const id = await adaAsks('choir')
  await readWithout('choir', ...names)
  const { state, reason } = await world.change(id)
  const waiting = await rows(world.db, `select 1 from hold where state = 'waiting'`)
  return [state, reason?.code, waiting.length]
}
const closed = ['failed', 'LIST_GONE', 0]

describe('a list that another tool deletes', () => {
  it('is closed although an admin had many deleted here that day', async () => {
    const names = await deleteMany()
    expect(names).toHaveLength(6)
    for (const name of names) await listIs(world, name, 'gone')
    expect(await endWithout()).toEqual(closed)
  })

  it('is closed although many that are to be deleted here are gone with it', async () => {
    await worker.stop()
    const directory = freshDirectory()
    const stopping = new AbortController().signal
    worker = { ...worker, context: { ...worker.context, db: world.db, directory, stopping } }
    const names = await deleteMany()
    expect(await endWithout(...names)).toEqual(closed)
    await directory.close()
  })

  it('is closed although many were lost that day, once an admin has said that they were really deleted', async () => {
    const names = await many()
    await readWithout(...names)
    const [hold] = await rows<{ id: string }>(world.db, 'select id from hold')
    const decided = { decision: 'approve', revision: names.length, ...(await byAda()) } as const
    await world.db.transaction((tx) => decideHold(tx, { holdId: hold?.id ?? '', ...decided }))
    expect(await endWithout(...names)).toEqual(closed)
  })
})

describe('a list that is being created here', () => {
  it('meets its entry, whoever made it, in any case of its name', async () => {
    // No worker takes it in hand meanwhile.
    await worker.stop()
    await creating('Sauna')
    await addList(world, 'sauna', ['bob'])
    const stopping = new AbortController().signal
    const read = { ...worker.context, db: world.db, directory: freshDirectory(), stopping }
    await fullReadLongAgo()
    await reconcile(read)
    await read.directory.close()
    expect(await shown('sauna')).toEqual([{ state: 'active', description: '', there: true, due: false }])
    expect(await mirroredMembers(world, 'sauna')).toEqual(['bob'])
  })

  it('keeps the description that is on its way there', async () => {
    await worker.stop()
    await creating('sauna', 'ours')
    await addList(world, 'sauna', ['bob'])
    const stopping = new AbortController().signal
    const read = { ...worker.context, db: world.db, directory: freshDirectory(), stopping }
    await fullReadLongAgo()
    await reconcile(read)
    await read.directory.close()
    expect(await shown('sauna')).toEqual([{ state: 'active', description: 'ours', there: true, due: true }])
  })
})

const freshDirectory = () => openDirectory(asWorker(world.directory))
