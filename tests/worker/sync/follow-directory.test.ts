import { describe, expect, it } from 'vitest'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { isDueList } from '../../../domain/store/apply/due-list.ts'
import { directoryAgeS } from '../../../domain/store/mirror/directory-age.ts'
import { takeInLists } from '../../../worker/sync/take-in-lists.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { runSql } from '../../_support/servers.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import {
  addList,
  addMember,
  addPerson,
  confirmed,
  listIs,
  mirroredMembers,
  mirrorShows,
  personIs,
  remove,
  removeMember,
} from './_mirror.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

const environment = { SYNC_INTERVAL_S: '4', RECONCILE_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' }

/** A worker on this directory, which is followed by the time that it gives it. From then on no read by the clock gets through. */
async function follow(world: World, directory: Directory = ownDirectory(world)): Promise<Worker> {
  let isFollowed = false
  const onlyBefore =
    <Read>(read: () => Read) =>
    () => {
      if (isFollowed) throw new Error('this test is about the feed')
      return read()
    }
  const worker = await world.worker(
    {
      directory: {
        ...directory,
        readLists: onlyBefore(directory.readLists),
        readPeopleVersions: onlyBefore(directory.readPeopleVersions),
      },
    },
    environment,
  )
  await confirmed(world)
  isFollowed = true
  return worker
}

/** The adapter that a worker would make for itself, to be interfered with. */
const ownDirectory = ({ directory }: World) =>
  openDirectory({ ...asWorker(directory), adminGroup: directory.adminGroup })

describe.each(['syncrepl', 'version', 'time'] as const)('a directory that is followed by %s', (mode) => {
  const asIfIt = async (world: World): Promise<Directory> => {
    const directory = ownDirectory(world)
    const can = await directory.capabilities()
    const [syncrepl, contextCsn] = [mode === 'syncrepl', mode !== 'time']
    return { ...directory, capabilities: async () => ({ ...can, syncrepl, contextCsn }) }
  }

  it('shows what other tools change', async (t) => {
    const world = await createWorld({}, t)
    await follow(world, await asIfIt(world))
    expect(await rows(world.db, 'select distinct mode from feed')).toEqual([{ mode }])
    await addMember(world, 'news', 'ada')
    await addPerson(world, 'newcomer')
    await addList(world, 'sauna', ['bob', 'newcomer'])
    await remove(world, world.directory.listDn('choir'))
    await remove(world, world.directory.personDn('mallory'))
    await mirrorShows(world, 'news', 'ada')
    await mirrorShows(world, 'sauna', 'newcomer')
    await listIs(world, 'choir', 'gone')
    await personIs(world, 'mallory', 'gone')
  })
})

it('a mirror that the feed keeps up to date is believed without any read', async (t) => {
  const world = await createWorld({}, t)
  await follow(world)
  const daysOld = () =>
    rows(
      world.db,
      `update sync_run set ended_at = ended_at - interval '1 day' where ended_at > now() - interval '1 hour'`,
    )
  await daysOld()
  await confirmed(world)
  await daysOld()
  expect(await directoryAgeS(world.db)).toBeLessThan(20)
  await rows(world.db, `update feed set confirmed_at = now() - interval '1 hour' where base = 'people'`)
  expect(await directoryAgeS(world.db)).toBeGreaterThan(3000)
})

it('an edit under the lease of a worker shows once the lease is gone', async (t) => {
  const world = await createWorld({}, t)
  await follow(world)
  await rows(
    world.db,
    `update list set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where name = 'news'`,
  )
  await addMember(world, 'news', 'ada')
  await addMember(world, 'chess', 'ada')
  await mirrorShows(world, 'chess', 'ada')
  expect(await mirroredMembers(world, 'news')).not.toContain('ada')
  const [cookie] = await rows<{ cookie: string }>(world.db, `select cookie from feed where base = 'lists'`)
  await rows(world.db, `update list set lease_token = null, lease_until = null where name = 'news'`)
  await mirrorShows(world, 'news', 'ada')
  await waitUntil('the cookie that stands for it is stored', async () => {
    const found = await rows(
      world.db,
      `select 1 from feed where base = 'lists' and cookie <> :cookie`,
      cookie,
    )
    return found.length === 1 ? true : null
  })
})

it('a list that one worker after the other has in hand is looked at all the same', async (t) => {
  const world = await createWorld({}, t)
  await follow(world)
  const member = await world.memberId('bob')
  await rows(
    world.db,
    `insert into change (id, list_id, member_id, action, state, requested_by, via)
     select gen_random_uuid(), id, :member, 'subscribe', 'queued', :member, 'api' from list where name = 'news'`,
    { member },
  )
  const stop = new AbortController()
  // Whoever looks finds it leased, unless workers leave it to us.
  const busy = (async () => {
    while (!stop.signal.aborted) {
      await world.db.transaction(async (tx) => {
        await rows(tx, `update list set lease_token = null, lease_until = null where name = 'news'`)
        await rows(
          tx,
          `update list l set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour'
           where l.name = 'news' and ${isDueList}`,
          { observeOnly: false },
        )
      })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  await addMember(world, 'news', 'ada')
  await mirrorShows(world, 'news', 'ada')
  stop.abort()
  await busy
  expect(await mirroredMembers(world, 'news')).toContain('ada')
})

it.for([12, 50, 53])('a live feed that is refused with code %i gives way to asking', async (code, t) => {
  const world = await createWorld({}, t)
  const directory = ownDirectory(world)
  await follow(world, {
    ...directory,
    // oxlint-disable-next-line require-yield
    async *follow() {
      throw new DirectoryFailure('permanent', code, `the directory answered ${code}: not for you`)
    },
  })
  await addMember(world, 'news', 'ada')
  await mirrorShows(world, 'news', 'ada')
  expect(await rows(world.db, 'select distinct mode from feed')).toEqual([{ mode: 'version' }])
})

it('a list that waits for its name, and one that was found, are read without anybody asking', async (t) => {
  const world = await createWorld({}, t)
  const worker = await follow(world)
  await rows(world.db, `delete from membership using list l where l.id = list_id and l.name = 'news'`)
  await rows(world.db, `update list set version = null where name = 'news'`)
  const { listsBase, ldapmodify, listDn, personDn } = world.directory
  await ldapmodify(`dn: ou=old,${listsBase}\nchangetype: add\nobjectClass: organizationalUnit\nou: old\n`)
  await ldapmodify(
    `dn: cn=Choir,ou=old,${listsBase}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: Choir\nuniqueMember: ${personDn('bob')}\n`,
  )
  await confirmed(world)
  await mirrorShows(world, 'news', 'carol')
  await worker.stop()
  await follow(world)
  await remove(world, listDn('choir'))
  await mirrorShows(world, 'Choir', 'bob')
  expect(await mirroredMembers(world, 'Choir')).toEqual(['bob'])
})

it('everybody said to be gone in many pieces is believed of nobody', async (t) => {
  const world = await createWorld({}, t)
  const worker = await world.worker({ followsDirectory: false }, { SYNC_INTERVAL_S: '86400' })
  await world.mirrored()
  const lists = await rows<{ id: string }>(world.db, 'select entry_uuid as id from list')
  const missing = new Set(lists.map(({ id }) => id))
  const directory = { ...worker.context.directory, findList: async () => null }
  await expect(
    takeInLists({ ...worker.context, directory }, { changed: new Map(), missing }),
  ).rejects.toThrow('base is empty')
  expect(await rows(world.db, `select name from list where state = 'gone'`)).toEqual([])
})

it('who is new is placed although another list is in somebody’s hand', async (t) => {
  const world = await createWorld({}, t)
  await follow(world)
  await rows(
    world.db,
    `update list set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where name = 'news'`,
  )
  const carol = await world.memberId('carol')
  await rows(world.db, `update member set placed = false where id = :carol`, { carol })
  await addList(world, 'sauna', ['newcomer', 'bob'])
  await addPerson(world, 'newcomer')
  await mirrorShows(world, 'sauna', 'newcomer')
  await waitUntil('the newcomer is placed', async () => {
    const found = await rows(world.db, `select 1 from member where uid = 'newcomer' and placed`)
    return found.length === 1 ? true : null
  })
  const placed = () =>
    rows<{ placed: boolean }>(world.db, 'select placed from member where id = :carol', { carol })
  expect(await placed()).toEqual([{ placed: false }])
  await rows(world.db, `update list set lease_token = null, lease_until = null where name = 'news'`)
  await waitUntil('carol is placed too', async () => ((await placed())[0]?.placed ? true : null))
})

it('a worker that comes back goes on where it stopped, and hears who left meanwhile', async (t) => {
  const world = await createWorld({}, t)
  const first = await follow(world)
  await addMember(world, 'news', 'ada')
  await mirrorShows(world, 'news', 'ada')
  await first.stop()
  await remove(world, world.directory.listDn('choir'))
  await remove(world, world.directory.personDn('mallory'))
  await removeMember(world, 'news', 'ada')
  await follow(world)
  await mirrorShows(world, 'news', 'ada', false)
  expect(await listIs(world, 'choir', 'gone')).toBe(true)
  expect(await personIs(world, 'mallory', 'gone')).toBe(true)
})

describe('a cookie that the server can not go on from', () => {
  it.for([
    ['is nonsense', 'no cookie of anybody'],
    ['is older than what the server remembers', 'rid=000,csn=20000101000000.000000Z#000000#000#000000'],
  ])('%s: nobody who is there is lost, and who is gone is found', async ([, cookie], t) => {
    const world = await createWorld({}, t)
    const first = await follow(world)
    await first.stop()
    const before = await mirroredMembers(world, 'news')
    await remove(world, world.directory.listDn('choir'))
    await addMember(world, 'chess', 'ada')
    await rows(world.db, 'update feed set cookie = :cookie', { cookie })
    await follow(world)
    await listIs(world, 'choir', 'gone')
    await mirrorShows(world, 'chess', 'ada')
    await confirmed(world)
    expect(await mirroredMembers(world, 'news')).toEqual(before)
    expect(await rows(world.db, `select name from list where state = 'gone'`)).toEqual([{ name: 'choir' }])
    expect(await rows(world.db, `select uid from member where state = 'gone'`)).toEqual([])
    expect(await rows(world.db, `select cookie from feed where cookie = :cookie`, { cookie })).toEqual([])
  })
})

it('the server dies in the middle of a refresh: nothing is removed, and the next one goes on', async (t) => {
  const world = await createWorld({}, t)
  const first = await follow(world)
  await first.stop()
  await rows(world.db, 'update feed set cookie = null')
  await remove(world, world.directory.listDn('choir'))
  const directory = ownDirectory(world)
  let isFirst = true
  const died = Promise.withResolvers<void>()
  const restarted = follow(world, {
    ...directory,
    async *follow(base, from) {
      for await (const events of directory.follow(base, from)) {
        if (base !== 'lists' || !isFirst) {
          yield events
          continue
        }
        // A part of the refresh without its end.
        yield events.filter(({ kind }) => kind === 'changed' || kind === 'present').slice(0, 2)
        isFirst = false
        await world.directory.kill9()
        died.resolve()
      }
    },
  })
  await died.promise
  expect(await rows(world.db, `select name from list where state = 'gone'`)).toEqual([])
  await world.directory.restart()
  await restarted
  await listIs(world, 'choir', 'gone')
  await confirmed(world)
  expect(await rows(world.db, `select name from list where state = 'gone'`)).toEqual([{ name: 'choir' }])
  expect(await rows(world.db, `select uid from member where state = 'gone'`)).toEqual([])
})

it('one of two workers follows; when its connection is gone the other one does', async (t) => {
  const world = await createWorld({}, t)
  const followers: string[] = []
  const counting = (name: string) => {
    const directory = ownDirectory(world)
    return {
      ...directory,
      follow: (...args: Parameters<typeof directory.follow>) => {
        followers.push(name)
        return directory.follow(...args)
      },
    }
  }
  await follow(world, counting('first'))
  await follow(world, counting('second'))
  await addMember(world, 'news', 'ada')
  await mirrorShows(world, 'news', 'ada')
  expect(new Set(followers)).toEqual(new Set(['first']))
  const kill = () =>
    runSql(
      world.databaseUrl,
      `select pg_terminate_backend(l.pid) from pg_locks l
       where l.locktype = 'advisory' and l.objid = x'66656564'::int and l.granted and l.database = (select oid from pg_database where datname = current_database())`,
    )
  // Whoever asks first takes over: until it is the other one.
  await waitUntil('the second took over', async () => {
    if (followers.includes('second')) return true
    await kill()
    const count = followers.length
    await waitUntil('somebody follows anew', async () => (followers.length > count ? true : null))
    return null
  })
  await removeMember(world, 'news', 'ada')
  await mirrorShows(world, 'news', 'ada', false)
  await confirmed(world)
})

it('who becomes an admin in a group outside of what is followed is one soon', async (t) => {
  const world = await createWorld({}, t)
  await follow(world)
  const { adminGroup, personDn, ldapmodify } = world.directory
  await ldapmodify(`dn: ${adminGroup}\nchangetype: modify\nreplace: member\nmember: ${personDn('bob')}\n`)
  const isBob = await waitUntil('bob is the admin', async () => {
    const found = await rows<{ uid: string }>(world.db, 'select uid from member where is_admin')
    return found.length === 1 && found[0]?.uid === 'bob' ? true : null
  })
  expect(isBob).toBe(true)
})
