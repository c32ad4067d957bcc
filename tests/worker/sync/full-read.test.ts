import { type AddressInfo, connect, createServer } from 'node:net'
import { beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { streamSearch } from '../../../adapters/ldap/search/stream-search.ts'
import type { ListClass, ListRead } from '../../../domain/contracts/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { people, lists } from '../../../sandbox/people.ts'
import { takeInLists } from '../../../worker/sync/take-in-lists.ts'
import { takeInPeople } from '../../../worker/sync/take-in-people.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

let world: World
let worker: Worker

/** A world whose worker reads only when the test says so. */
async function still(t: TestContext, listClass: ListClass = 'groupOfUniqueNames'): Promise<void> {
  world = await createWorld({ listClass }, t)
  worker = await world.worker(
    { followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' },
  )
  await world.mirrored()
}

/** As soon as the worker does not read by itself. */
const read = async () => {
  const done = await waitUntil('nobody else reads', () =>
    fullRead(worker.context).then(
      (report) => report && { report },
      (error: unknown) => ({ error }),
    ),
  )
  if ('error' in done) throw done.error
  return done.report
}

async function* none() {
  yield await Promise.resolve([])
}

const entryOf = async (list: string): Promise<string> => {
  const [found] = await rows<{ id: string }>(
    world.db,
    `select entry_uuid as id from list where name = :list`,
    { list },
  )
  return found?.id ?? ''
}

const mirroredMembers = async (list: string) =>
  (
    await rows<{ uid: string }>(
      world.db,
      `select m.uid from membership s join member m on m.id = s.member_id join list l on l.id = s.list_id
       where l.name = :list and l.state <> 'gone' order by m.uid`,
      { list },
    )
  ).map((row) => row.uid)

describe.each<ListClass>(['groupOfUniqueNames', 'groupOfNames', 'posixGroup', 'nisMailAlias'])(
  'a %s',
  (listClass) => {
    it('is mirrored with exactly its members', async (t) => {
      await still(t, listClass)
      for (const list of lists) expect(await mirroredMembers(list.name)).toEqual([...list.members].sort())
      const [count] = await rows<{ members: string }>(world.db, 'select count(*) as members from member')
      expect(Number(count?.members)).toBe(people.length)
    })
  },
)

describe('the full read', () => {
  beforeEach((t) => still(t))

  it('writes nothing when nothing changed', async () => {
    expect(await read()).toMatchObject({
      people: { seen: people.length, written: 0, gone: 0 },
      lists: { seen: lists.length, written: 0, gone: 0 },
    })
  })

  it('never takes the admins’ group for a list, and knows the admins', async () => {
    const admins = await rows<{ uid: string }>(world.db, 'select uid from member where is_admin')
    expect(admins).toEqual([{ uid: 'ada' }])
    await world.directory.ldapmodify(
      `dn: ${world.directory.adminGroup}\nchangetype: modify\nreplace: member\nmember: ${world.directory.personDn('bob')}\n`,
    )
    await read()
    expect(await rows(world.db, 'select uid from member where is_admin')).toEqual([{ uid: 'bob' }])
  })

  it('keeps a renamed person the same member, on the lists that follow the new name', async () => {
    const before = await world.memberId('carol')
    const list = lists.find((one) => one.members.includes('carol'))?.name ?? ''
    await world.directory.ldapmodify(
      `dn: ${world.directory.personDn('carol')}\nchangetype: modrdn\nnewrdn: uid=caroline\ndeleteoldrdn: 1\n`,
    )
    await read()
    expect(await world.memberId('caroline')).toBe(before)
    expect(await mirroredMembers(list)).not.toContain('caroline')
    await world.directory.ldapmodify(
      `dn: ${world.directory.listDn(list)}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${world.directory.personDn('caroline')}\n`,
    )
    await read()
    expect(await mirroredMembers(list)).toContain('caroline')
  })

  it('sees a new person on a list that held them before they came', async () => {
    const dn = world.directory.personDn('newcomer')
    await world.directory.ldapmodify(
      `dn: ${world.directory.listDn('news')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${dn}\n`,
    )
    await read()
    expect(await mirroredMembers('news')).not.toContain('newcomer')
    await world.directory.ldapmodify(
      `dn: ${dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: newcomer\ncn: New Comer\nsn: Comer\n`,
    )
    await read()
    expect(await mirroredMembers('news')).toContain('newcomer')
  })

  it('follows changes, deletions and new lists made by other tools', async () => {
    await world.directory.ldapmodify(`dn: ${world.directory.listDn('choir')}\nchangetype: delete\n`)
    await world.directory.ldapmodify(
      `dn: ${world.directory.listDn('sauna')}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: sauna\nuniqueMember: ${world.directory.personDn('bob')}\n`,
    )
    await world.directory.ldapmodify(`dn: ${world.directory.personDn('mallory')}\nchangetype: delete\n`)
    expect(await read()).toMatchObject({ people: { gone: 1 }, lists: { written: 1, gone: 1 } })
    expect(await mirroredMembers('sauna')).toEqual(['bob'])
    expect(await rows(world.db, `select name from list where state = 'gone'`)).toEqual([{ name: 'choir' }])
    expect(await rows(world.db, `select uid from member where state = 'gone'`)).toEqual([{ uid: 'mallory' }])
  })

  it('takes a list that was deleted and made anew under its old name', async () => {
    const dn = world.directory.listDn('choir')
    await world.directory.ldapmodify(`dn: ${dn}\nchangetype: delete\n`)
    await world.directory.ldapmodify(
      `dn: ${dn}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: choir\nuniqueMember: ${world.directory.personDn('bob')}\n`,
    )
    await read()
    expect(await mirroredMembers('choir')).toEqual(['bob'])
  })

  it('knows members by any spelling of their DN, and hostile names', async () => {
    const hostile = 'Weird \\, \\+ \\"name\\" \\<x\\> \\; \\= (a*b) 名'
    await world.directory.ldapmodify(
      `dn: cn=${hostile},${world.directory.listsBase}\nchangetype: add\nobjectClass: groupOfUniqueNames\nuniqueMember: UID=Bob, OU=People,dc=EXAMPLE,dc=org\n`,
    )
    await read()
    const name = 'Weird , + "name" <x> ; = (a*b) 名'
    expect(await mirroredMembers(name)).toEqual(['bob'])
    await world.ended((await world.request('alice', 'subscribe', name)).id)
    await world.ended((await world.request('bob', 'unsubscribe', name)).id)
    expect(await mirroredMembers(name)).toEqual(['alice'])
    await read()
    expect(await mirroredMembers(name)).toEqual(['alice'])
  })

  it.each([
    ['stops short', () => Promise.reject(new IncompleteRead('the directory did not give everything'))],
    ['is empty', () => Promise.resolve([])],
  ])('removes nobody when the answer %s', async (_, answer) => {
    const directory = {
      ...worker.context.directory,
      async *readPeopleVersions() {
        yield await answer()
      },
    }
    await expect(fullRead({ ...worker.context, directory })).rejects.toThrow(IncompleteRead)
    expect(await rows(world.db, `select uid from member where state = 'gone'`)).toEqual([])
    const [run] = await rows<{ state: string; problem: string }>(
      world.db,
      `select state, report ->> 'problem' as problem from sync_run order by created_at desc limit 1`,
    )
    expect(run).toMatchObject({ state: 'failed' })
  })

  it('removes nobody whom a listing merely left out', async () => {
    const directory = {
      ...worker.context.directory,
      async *readPeopleVersions() {
        for await (const piece of worker.context.directory.readPeopleVersions()) yield piece.slice(1)
      },
    }
    await fullRead({ ...worker.context, directory })
    expect(await rows(world.db, `select uid from member where state = 'gone'`)).toEqual([])
  })
})

it('removes nothing when a base is not there', async (t) => {
  await still(t)
  const lost = openDirectory({
    url: world.directory.url,
    startTls: false,
    bindDn: world.directory.worker.dn,
    bindPassword: world.directory.worker.password,
    peopleBase: world.directory.peopleBase,
    peopleFilter: '(objectClass=inetOrgPerson)',
    listsBase: 'ou=nowhere,dc=example,dc=org',
    listClass: world.directory.listClass,
  })
  await expect(fullRead({ ...worker.context, directory: lost })).rejects.toThrow('answered 32')
  await lost.close()
  expect(await rows(world.db, `select name from list where state = 'gone'`)).toEqual([])
})

type Directory = Worker['context']['directory']

/** Who and what is gone by a read that is stopped while it asks the directory; it says why it was. */
async function goneWhenStopped(
  asking: (directory: Directory, stop: () => void) => Partial<Directory>,
): Promise<unknown[]> {
  const { directory } = worker.context
  const stopping = new AbortController()
  const stop = () => stopping.abort(new Error('another worker reads'))
  const context = { ...worker.context, directory: { ...directory, ...asking(directory, stop) } }
  await expect(fullRead(context, { until: stopping.signal })).rejects.toThrow('another worker reads')
  return rows(
    world.db,
    `select name from list where state = 'gone' union all select uid from member where state = 'gone'`,
  )
}

describe('a read that is stopped while it looks for whoever a listing left out', () => {
  beforeEach((t) => still(t))

  it('marks no list gone', async () => {
    await world.directory.ldapmodify(`dn: ${world.directory.listDn('choir')}\nchangetype: delete\n`)
    const gone = await goneWhenStopped(({ findList }, stop) => ({
      findList: (id) => {
        stop()
        return findList(id)
      },
    }))
    expect(gone).toEqual([])
  })

  it('marks no person gone', async () => {
    await world.directory.ldapmodify(`dn: ${world.directory.personDn('mallory')}\nchangetype: delete\n`)
    const gone = await goneWhenStopped(({ findPeople }, stop) => ({
      findPeople: (ids) => {
        if (ids.length > 0) stop()
        return findPeople(ids)
      },
    }))
    expect(gone).toEqual([])
  })
})

it('is done by one worker at a time', async (t) => {
  await still(t)
  const both = await Promise.all([fullRead(worker.context), fullRead(worker.context)])
  expect(both.filter((report) => report === null)).toHaveLength(1)
})

describe('an odd directory', () => {
  beforeEach((t) => still(t))

  it('one odd person or list stops nobody else', async () => {
    const { personDn, listDn, ldapmodify } = world.directory
    const odd = Buffer.from('Odd\u0000 Person').toString('base64')
    await ldapmodify(
      `dn: ${personDn('odd')}\nchangetype: add\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: odd\ncn:: ${odd}\nsn: Odd\nuidNumber: 1\ngidNumber: 4294967294\nhomeDirectory: /\n`,
    )
    await ldapmodify(
      `dn: ${listDn('news')}\nchangetype: modify\nreplace: description\ndescription:: ${odd}\n`,
    )
    expect(await read()).toMatchObject({ people: { written: 1 }, lists: { written: 1 } })
    expect(await rows(world.db, `select display_name, gid_number from member where uid = 'odd'`)).toEqual([
      { displayName: 'Odd Person', gidNumber: null },
    ])
  })

  it('nobody becomes an admin by an address that looks like one’s DN', async () => {
    const { personDn, ldapmodify } = world.directory
    await ldapmodify(`dn: ${personDn('bob')}\nchangetype: modify\nadd: mail\nmail: ${personDn('ada')}\n`)
    await read()
    expect(await rows(world.db, 'select uid from member where is_admin')).toEqual([{ uid: 'ada' }])
  })

  it('an admin group that is missing makes nobody an admin, and the read goes on', async () => {
    await world.directory.ldapmodify(`dn: ${world.directory.adminGroup}\nchangetype: delete\n`)
    await read()
    expect(await rows(world.db, 'select uid from member where is_admin')).toEqual([])
  })

  it('a list that becomes the admins’ group is a list no longer', async () => {
    const adminGroup = world.directory.listDn('chess')
    await fullRead({ ...worker.context, adminGroup })
    expect(await rows(world.db, `select state from list where name = 'chess'`)).toEqual([{ state: 'gone' }])
  })

  it('two lists swap their names', async () => {
    const { listDn, ldapmodify } = world.directory
    const before = { choir: await mirroredMembers('choir'), chess: await mirroredMembers('chess') }
    const rename = (from: string, to: string) =>
      ldapmodify(`dn: ${listDn(from)}\nchangetype: modrdn\nnewrdn: cn=${to}\ndeleteoldrdn: 1\n`)
    await rename('choir', 'between')
    await rename('chess', 'choir')
    await rename('between', 'chess')
    await read()
    expect(await mirroredMembers('choir')).toEqual(before.chess)
    expect(await mirroredMembers('chess')).toEqual(before.choir)
  })

  it('of two lists with one name one is left out, until the name is free', async () => {
    const { listDn, listsBase, ldapmodify } = world.directory
    await ldapmodify(`dn: ou=old,${listsBase}\nchangetype: add\nobjectClass: organizationalUnit\nou: old\n`)
    await ldapmodify(
      `dn: cn=News,ou=old,${listsBase}\nchangetype: add\nobjectClass: groupOfUniqueNames\ncn: News\nuniqueMember: ${world.directory.personDn('bob')}\n`,
    )
    expect(await read()).toMatchObject({ lists: { nameTaken: ['News'] } })
    expect(await mirroredMembers('news')).not.toContain('bob')
    await ldapmodify(`dn: ${listDn('news')}\nchangetype: delete\n`)
    await read()
    expect(await mirroredMembers('News')).toEqual(['bob'])
  })

  it('somebody new is found on their lists also when the run that found them failed', async () => {
    const { personDn, listDn, ldapmodify } = world.directory
    const add = `add: uniqueMember\nuniqueMember: ${personDn('newcomer')}\n`
    await ldapmodify(`dn: ${listDn('news')}\nchangetype: modify\n${add}`)
    await read()
    await ldapmodify(
      `dn: ${personDn('newcomer')}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: newcomer\ncn: New\nsn: Comer\n`,
    )
    const directory = {
      ...worker.context.directory,
      readLists: () => {
        throw new IncompleteRead('in the middle of the lists')
      },
    }
    await expect(fullRead({ ...worker.context, directory })).rejects.toThrow('in the middle')
    await read()
    expect(await mirroredMembers('news')).toContain('newcomer')
  })

  it('a read that our own change overtook does not take that change back', async () => {
    const { listDn, ldapmodify, personDn } = world.directory
    await ldapmodify(
      `dn: ${listDn('news')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${personDn('ada')}\n`,
    )
    const [before] = await rows<{ id: string; entryUuid: string }>(
      world.db,
      `select id, entry_uuid from list where name = 'news'`,
    )
    const { findList } = worker.context.directory
    const directory = {
      ...worker.context.directory,
      findList: async () => {
        const old = await findList(before?.entryUuid ?? '')
        await world.ended((await world.request('bob', 'subscribe', 'news')).id)
        return old
      },
    }
    await fullRead({ ...worker.context, directory }, { mode: 'incremental' })
    expect(await mirroredMembers('news')).toContain('bob')
    await read()
    expect(await mirroredMembers('news')).toEqual(expect.arrayContaining(['ada', 'bob']))
  })

  it.each(['', '20000101000000Z'])('nor where versions are times (%s)', async (time) => {
    const { directory } = worker.context
    const timed = (read: ListRead): ListRead => ({ ...read, list: { ...read.list, version: time } })
    const id = await entryOf('news')
    const began = Promise.withResolvers<void>()
    const changed = Promise.withResolvers<void>()
    const reading = fullRead({
      ...worker.context,
      directory: {
        ...directory,
        async *readLists() {
          for await (const piece of directory.readLists())
            yield piece.map((list) => ({ ...list, version: time }))
        },
        async *readListsWithMembers() {
          const read = await directory.findList(id)
          began.resolve()
          await changed.promise
          yield read ? [timed(read)] : []
        },
      },
    })
    await began.promise
    await world.ended((await world.request('bob', 'subscribe', 'news')).id)
    changed.resolve()
    await reading
    expect(await mirroredMembers('news')).toContain('bob')
  })

  it('a list that was marked gone during the read is not brought back by it', async () => {
    const { directory } = worker.context
    const id = await entryOf('choir')
    await world.directory.ldapmodify(
      `dn: ${world.directory.listDn('choir')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${world.directory.personDn('ada')}\n`,
    )
    await fullRead(
      {
        ...worker.context,
        directory: {
          ...directory,
          findList: async (entryUuid) => {
            const read = await directory.findList(entryUuid)
            if (entryUuid !== id) return read
            await world.directory.ldapmodify(`dn: ${world.directory.listDn('choir')}\nchangetype: delete\n`)
            await takeInLists(worker.context, { changed: new Map(), missing: new Set([id]) })
            return read
          },
        },
      },
      { mode: 'incremental' },
    )
    expect(await rows(world.db, `select state from list where name = 'choir'`)).toEqual([{ state: 'gone' }])
  })

  it('nor is a person', async () => {
    const { directory } = worker.context
    const { personDn, ldapmodify } = world.directory
    const [mallory] = await rows<{ id: string }>(
      world.db,
      `select entry_uuid as id from member where uid = 'mallory'`,
    )
    await ldapmodify(`dn: ${personDn('mallory')}\nchangetype: modify\nreplace: sn\nsn: Else\n`)
    await fullRead({
      ...worker.context,
      directory: {
        ...directory,
        findPeople: async (ids) => {
          const read = await directory.findPeople(ids)
          await ldapmodify(`dn: ${personDn('mallory')}\nchangetype: delete\n`)
          await takeInPeople(worker.context, { changed: new Map(), missing: new Set([mallory?.id ?? '']) })
          return read
        },
      },
    })
    expect(await rows(world.db, `select state from member where uid = 'mallory'`)).toEqual([
      { state: 'gone' },
    ])
  })
})

describe('a directory that was put back to an older state', () => {
  beforeEach((t) => still(t))

  it('is mirrored as it is now, people and lists, although their versions are smaller', async () => {
    await world.ended((await world.request('bob', 'subscribe', 'news')).id)
    // As if what the mirror has had been written in years to come.
    const later = '20990101000000.000000Z#000000#000#000000'
    await rows(world.db, `update list set version = :later, echo_version = :later where name = 'news'`, {
      later,
    })
    await rows(world.db, `update member set version = :later, display_name = 'Old' where uid = 'carol'`, {
      later,
    })
    await rows(world.db, `delete from membership using list l where l.id = list_id and l.name = 'news'`)
    await read()
    expect(await mirroredMembers('news')).toContain('bob')
    expect(
      await rows(
        world.db,
        `select 1 from list where name = 'news' and version < :later union all
         select 1 from member where uid = 'carol' and version < :later and display_name <> 'Old'`,
        { later },
      ),
    ).toHaveLength(2)
    await world.ended((await world.request('bob', 'unsubscribe', 'news')).id)
    await read()
    expect(await mirroredMembers('news')).not.toContain('bob')
  })
})

describe('a directory that is empty', () => {
  beforeEach((t) => still(t))

  it('is no incomplete read where all that was known is gone already', async () => {
    await rows(world.db, `update list set state = 'gone', gone_at = now()`)
    const directory = { ...worker.context.directory, readLists: none, readListsWithMembers: none }
    expect(await fullRead({ ...worker.context, directory })).toMatchObject({ lists: { seen: 0 } })
  })
})

it('a read whose connection breaks after the question is incomplete', async (t) => {
  await still(t)
  const { url, worker: account, peopleBase } = world.directory
  const { hostname, port } = new URL(url)
  // It lets the bind through, and hangs up when it is asked.
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    client.once('data', (bind) => {
      upstream.write(bind)
      client.once('data', () => client.destroy())
    })
    upstream.pipe(client)
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy())
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxied = `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = {
    url: proxied,
    startTls: false,
    bindDn: account.dn,
    bindPassword: account.password,
    peopleBase,
    peopleFilter: '(uid=*)',
    listsBase: peopleBase,
    listClass: 'groupOfNames' as const,
  }
  const reading = streamSearch(config, { base: peopleBase, filter: '(uid=*)', attributes: ['uid'] }).next()
  await expect(reading).rejects.toThrow(IncompleteRead)
  server.close()
})
