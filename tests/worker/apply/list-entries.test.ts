import { pino } from 'pino'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import type { ListClass, ListRead } from '../../../domain/contracts/directory.ts'
import { laneOf } from '../../../domain/rules/lane.ts'
import { databaseTime } from '../../../domain/store/database-time.ts'
import { rows } from '../../../domain/store/database.ts'
import { mirrorLists } from '../../../domain/store/mirror/mirror-lists.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

type Row = {
  state: string
  name: string
  description: string
  entryUuid: string | null
  dn: string | null
  wantedName: string | null
  entryDueAt: Date | null
  entryProblem: string | null
}

let world: World

const listOf = async (id: string): Promise<Row> => {
  const [list] = await rows<Row>(
    world.db,
    'select state, name, description, entry_uuid, dn, wanted_name, entry_due_at, entry_problem from list where id = :id',
    { id },
  )
  if (!list) throw new Error(`there is no list ${id}`)
  return list
}

/** A list that somebody asked for, as the API writes it. */
async function createHere(name: string, description = ''): Promise<string> {
  const id = newId()
  await rows(
    world.db,
    `with made as (
       insert into list (id, name, display_name, description, join_policy, state, lane, entry_due_at)
       values (:id, :name, :name, :description, 'open', 'creating', :lane, now()) returning lane)
     select pg_notify('change_queued', lane::text) from made`,
    { id, name, description, lane: laneOf(id) },
  )
  return id
}

/** What the API writes about a list that is there. */
async function want(name: string, set: string): Promise<string> {
  const [list] = await rows<{ id: string }>(
    world.db,
    `with wanted as (update list set ${set}, entry_due_at = now() where name = :name returning id, lane)
     select id, pg_notify('change_queued', lane::text) from wanted`,
    { name },
  )
  if (!list) throw new Error(`there is no list ${name}`)
  return list.id
}

const settled = (id: string) =>
  waitUntil('nothing is due about the entry', async () => {
    const list = await listOf(id)
    return list.entryDueAt === null ? list : null
  })

const incidents = () =>
  rows<{ kind: string; subjectId: string }>(world.db, 'select kind, subject_id from incident')

/** A worker with some of the adapter replaced. */
function workerWith(parts: (real: Directory) => Partial<Directory>) {
  const { directory } = world
  const real = openDirectory(asWorker(directory))
  return world.worker({ directory: { ...real, ...parts(real) } })
}

const classes: ListClass[] = ['groupOfUniqueNames', 'groupOfNames', 'posixGroup', 'nisMailAlias']

describe.each(classes)('a %s', (listClass) => {
  it('is created with what waits behind it, renamed, described and deleted', async (t) => {
    world = await createWorld({ listClass }, t)
    const first = await world.worker()
    await world.mirrored()
    await first.stop()
    const id = await createHere('sailing', 'Wind and water')
    const change = await world.request('bob', 'subscribe', 'sailing')
    await world.worker()
    expect(await world.ended(change.id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
    expect(await listOf(id)).toMatchObject({ state: 'active', dn: world.directory.listDn('sailing') })
    expect(await world.directory.membersOf('sailing')).toEqual([world.directory.memberValue('bob')])

    await want('sailing', `wanted_name = 'boats', wanted_description = 'Also oars'`)
    expect(await settled(id)).toMatchObject({
      name: 'boats',
      description: 'Also oars',
      dn: world.directory.listDn('boats'),
    })
    expect(await world.directory.membersOf('boats')).toEqual([world.directory.memberValue('bob')])

    await want('boats', `state = 'deleting'`)
    expect(await settled(id)).toMatchObject({ state: 'gone' })
    expect(await world.directory.ldapsearch(world.directory.listsBase, '(cn=boats)', 'cn')).toBe('')
    expect(await rows(world.db, 'select 1 from membership where list_id = :id', { id })).toEqual([])
  })
})

describe('an entry', () => {
  beforeEach(async (t) => {
    world = await createWorld({}, t)
  })

  it.for(['name', 'description'] as const)(
    'keeps its newer %s when a worker that was frozen over an older one goes on',
    async (what) => {
      const freezing = new AbortController()
      const [reached, thawed, late] = [
        Promise.withResolvers<void>(),
        Promise.withResolvers<void>(),
        Promise.withResolvers<unknown>(),
      ]
      const freeze =
        <Given extends unknown[]>(write: (...given: Given) => Promise<unknown>) =>
        async (...given: Given) => {
          // Nor would it take anything else in hand.
          freezing.abort()
          reached.resolve()
          await thawed.promise
          const written = write(...given)
          written.then(late.resolve, late.resolve)
          return written as Promise<never>
        }
      const real = openDirectory(asWorker(world.directory))
      const frozen = await world.worker({
        // Never renewed while this test runs: a stopped process would not either.
        leaseMs: 600_000,
        stopping: freezing.signal,
        directory: {
          ...real,
          renameList: freeze(real.renameList),
          describeList: freeze(real.describeList),
        },
      })
      await world.mirrored()
      const id = await want('news', `wanted_${what} = 'older'`)
      await reached.promise
      await rows(world.db, `update list set lease_until = now() - interval '1 second' where id = :id`, { id })
      await world.worker()
      const settledByAnother = () =>
        waitUntil('another worker has written it', async () => {
          // The frozen one may have taken the job, of which a process that is stopped would know nothing.
          await rows(world.db, `select pg_notify('change_queued', lane::text) from list where id = :id`, {
            id,
          })
          const list = await listOf(id)
          return list.entryDueAt === null ? list : null
        })
      await settledByAnother()
      await rows(
        world.db,
        `with wanted as (update list set wanted_${what} = 'newer', entry_due_at = now() where id = :id returning lane)
         select pg_notify('change_queued', lane::text) from wanted`,
        { id },
      )
      expect(await settledByAnother()).toMatchObject({ [what]: 'newer' })

      thawed.resolve()
      expect(await late.promise).toMatchObject({ kind: 'recompute', code: 122 })
      await frozen.stop()
      const entry = await real.findList((await listOf(id)).entryUuid ?? '')
      expect(entry?.list[what]).toBe('newer')
      expect(await rows(world.db, 'select 1 from drift')).toEqual([])
    },
  )

  it('that a killed worker made is found by the next one', async () => {
    const reached = Promise.withResolvers<void>()
    const frozen = Promise.withResolvers<void>()
    const slow = await workerWith((real) => ({
      createList: async (list) => {
        const entry = await real.createList(list)
        reached.resolve()
        await frozen.promise
        return entry
      },
    }))
    await world.mirrored()
    const id = await createHere('sailing')
    await reached.promise
    await rows(world.db, `update list set lease_until = now() - interval '1 second' where id = :id`, { id })
    await rows(world.db, `delete from turn where name = 'create-entry'`)
    await world.worker()
    expect(await settled(id)).toMatchObject({ state: 'active', dn: world.directory.listDn('sailing') })
    const change = await world.ended((await world.request('bob', 'subscribe', 'sailing')).id)
    expect(change).toMatchObject({ state: 'applied' })
    frozen.resolve()
    await slow.stop()
    expect(await listOf(id)).toMatchObject({ state: 'active' })
  })

  describe('that was made without an answer, and is to be deleted', () => {
    let id: string

    beforeEach(async () => {
      const { worker, personDn } = world.directory
      const directory = openDirectory(asWorker(world.directory))
      const members = [worker.dn, personDn('bob')]
      await directory.createList({ name: 'sailing', description: '', members })
      await directory.close()
      id = await createHere('sailing')
    })

    const toBeDeleted = (when: string) =>
      rows(
        world.db,
        `with wanted as (
           update list set state = 'deleting', entry_due_at = ${when}, entry_problem = 'timed out' where id = :id returning lane)
         select pg_notify('change_queued', lane::text) from wanted`,
        { id },
      )

    /** Once it is gone: what still has its name. */
    const left = async () => {
      await waitUntil('it is gone', async () => ((await listOf(id)).state === 'gone' ? true : null))
      return {
        inDirectory: await world.directory.ldapsearch(world.directory.listsBase, '(cn=sailing)', 'cn'),
        here: await rows(world.db, `select 1 from list where lower(name) = 'sailing' and state <> 'gone'`),
      }
    }
    const nothing = { inDirectory: '', here: [] }

    it('is found by its name, and does not come back', async () => {
      await toBeDeleted('now()')
      await world.worker()
      expect(await left()).toEqual(nothing)
      await world.mirrored()
      expect(await left()).toEqual(nothing)
    })

    it('is that list for a read that meets the entry before', async () => {
      await toBeDeleted(`now() + interval '1 hour'`)
      await world.worker()
      await world.mirrored()
      await toBeDeleted('now()')
      expect(await left()).toEqual(nothing)
    })

    it('does not come back by a read that began before and comes late', async () => {
      const begunAt = await databaseTime(world.db)
      const directory = openDirectory(asWorker(world.directory))
      const late: ListRead[] = []
      for await (const reads of directory.readListsWithMembers())
        late.push(...reads.filter(({ list }) => list.name === 'sailing'))
      await directory.close()
      await toBeDeleted('now()')
      // Its own reads come to nothing: this one is the first that is written.
      await workerWith(() => ({
        readPeople: () => {
          throw new DirectoryFailure('transient', 51, 'busy')
        },
      }))
      expect(await left()).toEqual(nothing)
      expect(late).toHaveLength(1)
      const mirrored = await mirrorLists(world.db, late, {
        listClass: 'groupOfUniqueNames',
        placeholderKey: '',
        firstJoin: 'open',
        firstHidden: false,
        again: new Set(),
        begunAt,
      })
      expect(mirrored.left).toHaveLength(1)
      expect(await left()).toEqual(nothing)
    })
  })

  it('whose name something else has can’t be created: its changes end, and admins are told', async () => {
    const worker = await world.worker()
    await world.mirrored()
    await worker.stop()
    await world.directory.ldapmodify(
      `dn: ${world.directory.listDn('sailing')}\nchangetype: add\nobjectClass: organizationalRole\ncn: sailing\n`,
    )
    const id = await createHere('sailing')
    const change = await world.request('bob', 'subscribe', 'sailing')
    await world.worker()
    expect(await world.ended(change.id)).toMatchObject({ state: 'failed', reason: { code: 'LIST_GONE' } })
    expect(await settled(id)).toMatchObject({ state: 'gone' })
    await waitUntil('admins are told', async () => ((await incidents()).length > 0 ? true : null))
    expect(await incidents()).toMatchObject([{ kind: 'list-entry-failed', subjectId: id }])

    await world.directory.ldapmodify(`dn: ${world.directory.listDn('sailing')}\nchangetype: delete\n`)
    await createHere('sailing')
    await waitUntil('it is over', async () => {
      const [open] = await rows(world.db, `select 1 from incident where state <> 'resolved'`)
      return open === undefined ? true : null
    })
  })

  it('can’t get another list’s name: it keeps its own, and admins are told', async () => {
    await world.worker()
    await world.mirrored()
    await world.directory.ldapmodify(
      `dn: ${world.directory.listDn('sailing')}\nchangetype: add\nobjectClass: organizationalRole\ncn: sailing\n`,
    )
    const id = await want('news', `wanted_name = 'sailing'`)
    expect(await settled(id)).toMatchObject({ state: 'active', name: 'news', wantedName: null })
    await waitUntil('admins are told', async () => ((await incidents()).length > 0 ? true : null))
    expect(await incidents()).toMatchObject([{ kind: 'list-entry-failed', subjectId: id }])
  })

  it('that can’t be deleted stays a list; one that can takes its waiting changes with it', async () => {
    const worker = await workerWith(() => ({
      deleteList: () => Promise.reject(new DirectoryFailure('permanent', 66, 'not allowed on non-leaf')),
    }))
    await world.mirrored()
    const id = await want('news', `state = 'deleting'`)
    expect(await settled(id)).toMatchObject({ state: 'active', name: 'news' })
    expect(await world.ended((await world.request('bob', 'subscribe', 'news')).id)).toMatchObject({
      state: 'applied',
    })
    await worker.stop()
    const change = await world.request('alice', 'subscribe', 'news')
    await want('news', `state = 'deleting'`)
    await world.worker()
    expect(await world.ended(change.id)).toMatchObject({ state: 'failed', reason: { code: 'LIST_GONE' } })
    expect(await listOf(id)).toMatchObject({ state: 'gone' })
  })

  it('is not given up because of one answer without a reason after other trouble', async () => {
    let busy = 0
    await workerWith((real) => ({
      createList: (list) => {
        busy += 1
        if (busy < 10) return Promise.reject(new DirectoryFailure('transient', 51, 'busy'))
        if (busy === 10) return Promise.reject(new DirectoryFailure('transient', 80, 'internal error'))
        return real.createList(list)
      },
    }))
    await world.mirrored()
    const id = await createHere('sailing')
    await waitUntil('it is there, or given up', async () => {
      await rows(
        world.db,
        `with due as (update list set entry_due_at = now() where id = :id and entry_due_at > now() returning lane)
         select pg_notify('change_queued', lane::text) from due`,
        { id },
      )
      return (await listOf(id)).state === 'creating' ? null : true
    })
    expect(await listOf(id)).toMatchObject({ state: 'active', entryProblem: null })
  })

  it('is renamed and described however often another tool is at it meanwhile', async () => {
    let meanwhile = 0
    const interfere = async (entryUuid: string) => {
      meanwhile += 1
      if (meanwhile > 20) return
      const [list] = await rows<{ dn: string }>(
        world.db,
        'select dn from list where entry_uuid = :entryUuid',
        {
          entryUuid,
        },
      )
      await world.directory.ldapmodify(
        `dn: ${list?.dn}\nchangetype: modify\nreplace: businessCategory\nbusinessCategory: ${meanwhile}\n`,
      )
    }
    await workerWith((real) => ({
      renameList: async (...given) => {
        await interfere(given[0])
        return real.renameList(...given)
      },
    }))
    await world.mirrored()
    const id = await want('news', `wanted_name = 'tidings', wanted_description = 'What is new'`)
    await waitUntil('nothing is wanted any more', async () => {
      await rows(
        world.db,
        `with due as (update list set entry_due_at = now() where id = :id and entry_due_at > now() returning lane)
         select pg_notify('change_queued', lane::text) from due`,
        { id },
      )
      return (await listOf(id)).wantedName === null ? true : null
    })
    expect(await listOf(id)).toMatchObject({ name: 'tidings', description: 'What is new' })
    expect(await incidents()).toEqual([])
  })

  it.for([
    ['renamed', `wanted_name = 'tidings'`],
    ['deleted', `state = 'deleting'`],
  ] as const)('is not %s by a worker that lost the list while it read it', async ([, set]) => {
    const said: string[] = []
    const log = pino({}, { write: (line) => void said.push((JSON.parse(line) as { msg: string }).msg) })
    const real = openDirectory(asWorker(world.directory))
    await world.worker({
      log,
      followsDirectory: false,
      // Never renewed while this test runs.
      leaseMs: 600_000,
      directory: {
        ...real,
        findList: async (entryUuid) => {
          const found = await real.findList(entryUuid)
          // Another worker has it by now.
          await rows(
            world.db,
            'update list set lease_token = gen_random_uuid() where entry_uuid = :entryUuid and lease_token is not null',
            { entryUuid },
          )
          return found
        },
      },
    })
    await world.mirrored()
    const { entryUuid } = await listOf(await want('news', set))
    await waitUntil('it leaves the list to the other one', async () =>
      said.some((msg) => msg.startsWith('the lease was lost')) ? true : null,
    )
    expect((await real.findList(entryUuid ?? ''))?.list).toMatchObject({ name: 'news' })
  })

  it('whose worker is stopped while it waits for another to make one is due at once', async () => {
    const worker = await world.worker()
    await world.mirrored()
    await rows(
      world.db,
      `insert into turn (name, token, until) values ('create-entry', gen_random_uuid(), now() + interval '1 hour')`,
    )
    const id = await createHere('sailing')
    await waitUntil('a worker has it in hand', async () => {
      const [leased] = await rows(world.db, 'select 1 from list where id = :id and lease_token is not null', {
        id,
      })
      return leased ?? null
    })
    await worker.stop()
    await rows(world.db, `delete from turn where name = 'create-entry'`)
    await world.worker()
    expect(await settled(id)).toMatchObject({ state: 'active', entryProblem: null })
  })

  it('is made once the directory is back', async () => {
    await world.worker()
    await world.mirrored()
    await world.directory.kill9()
    const id = await createHere('sailing')
    await waitUntil('the target is paused', async () => {
      const [target] = await rows<{ name: string }>(
        world.db,
        'select name from target where paused_at is not null',
      )
      return target ?? null
    })
    await world.directory.restart()
    expect(await settled(id)).toMatchObject({ state: 'active', entryProblem: null })
  })

  it('is not touched with WRITES=off, and is once writes are on', async () => {
    const observer = await world.worker({}, { WRITES: 'off' })
    await world.mirrored()
    const id = await createHere('sailing')
    await waitUntil('it was observed', async () => ((await listOf(id)).entryProblem === null ? null : true))
    expect(await world.directory.ldapsearch(world.directory.listsBase, '(cn=sailing)', 'cn')).toBe('')
    await observer.stop()
    await world.worker()
    expect(await settled(id)).toMatchObject({ state: 'active', entryProblem: null })
  })
})
