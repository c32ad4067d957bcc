import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import type { ListClass } from '../../../domain/contracts/directory.ts'
import { rows } from '../../../domain/store/database.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

let world: World

type Modify = Directory['modifyMembers']

/** A worker whose modifies go through `modify`. */
function workerThat(modify: (real: Modify) => Modify, overrides: Parameters<World['worker']>[0] = {}) {
  const { directory } = world
  const real = openDirectory(asWorker(directory))
  return world.worker({
    ...overrides,
    directory: { ...real, modifyMembers: modify(real.modifyMembers) },
  })
}

const versionOf = (list: string) =>
  world.directory.ldapsearch(world.directory.listDn(list), '(objectClass=*)', 'entryCSN')

const classes: ListClass[] = ['groupOfUniqueNames', 'posixGroup', 'nisMailAlias']

it.each(classes)('a late modify of a %s can’t undo what was found since', async (listClass) => {
  world = await createWorld({ listClass })
  const reader = await world.worker()
  await world.mirrored()
  await reader.stop()
  const freezing = new AbortController()
  const sent = Promise.withResolvers<void>()
  const thawed = Promise.withResolvers<void>()
  const late = Promise.withResolvers<unknown>()
  const frozen = await workerThat(
    (modify) => async (dn, change) => {
      // Nor would it take anything else in hand.
      freezing.abort()
      sent.resolve()
      await thawed.promise
      const modified = modify(dn, change)
      modified.then(late.resolve, late.resolve)
      return modified
    },
    // Never renewed while this test runs: a stopped process would not either.
    // Nor does it follow the directory, and want the list for that.
    { leaseMs: 600_000, stopping: freezing.signal, followsDirectory: false },
  )
  const members = await world.directory.membersOf('news')
  const joining = await world.request('bob', 'subscribe', 'news')
  await sent.promise
  const before = await versionOf('news')

  // Meanwhile another worker has it, meets trouble, and bob changes his mind.
  let leaving: string | null = null
  await workerThat((modify) => async (dn, change) => {
    if (leaving !== null) return modify(dn, change)
    leaving = (await world.request('bob', 'unsubscribe', 'news')).id
    throw new DirectoryFailure('transient', 51, 'busy')
  })
  await waitUntil('bob has said so', async () => {
    // Its lease has run out. Whatever it had asked for as it froze may have leased the list once more.
    await rows(
      world.db,
      `update list set lease_until = now() - interval '1 second' where lease_until > now() + interval '5 minutes'`,
    )
    // The frozen one may have taken the job, of which a process that is stopped would know nothing. A wake that it won is won again.
    await rows(world.db, 'update lane set wake_at = null')
    await rows(world.db, `select pg_notify('change_queued', lane::text) from list where name = 'news'`)
    return leaving
  })
  expect(await world.ended(leaving)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  expect(await world.ended(joining.id)).toMatchObject({ state: 'superseded' })
  expect(await versionOf('news')).not.toBe(before)

  thawed.resolve()
  expect(await late.promise).toMatchObject({ code: 122 })
  await frozen.stop()
  expect(await world.directory.membersOf('news')).toEqual(members)
  expect(
    await rows(world.db, 'select asserting_version from list where asserting_version is not null'),
  ).toEqual([])
})

it('what no modify is under way for is found without a write', async (t) => {
  world = await createWorld({}, t)
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  await world.directory.ldapmodify(
    `dn: ${world.directory.listDn('news')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${world.directory.personDn('bob')}\n`,
  )
  const before = await versionOf('news')
  const change = await world.request('bob', 'subscribe', 'news')
  await world.worker()
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  expect(await versionOf('news')).toBe(before)
})

it('what is to keep a late modify out is not made for ever where no read shows it', async (t) => {
  world = await createWorld({}, t)
  const before = await world.worker()
  await world.mirrored()
  await before.stop()
  await world.directory.ldapmodify(
    `dn: ${world.directory.listDn('news')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${world.directory.personDn('bob')}\n`,
  )
  const real = openDirectory(asWorker(world.directory))
  const [news] = await rows<{ entryUuid: string }>(
    world.db,
    `select entry_uuid from list where name = 'news'`,
  )
  // As a replica reads that is behind.
  const old = news ? await real.findList(news.entryUuid) : null
  const change = await world.request('bob', 'subscribe', 'news')
  await rows(world.db, `update list set asserting_version = :version where name = 'news'`, {
    version: old?.list.version,
  })
  let made = 0
  await world.worker({
    followsDirectory: false,
    directory: {
      ...real,
      findList: async (id) => (id === news?.entryUuid ? old : real.findList(id)),
      modifyMembers: async () => {
        made += 1
        if (made > 50) throw new DirectoryFailure('permanent', 19, 'it is made for ever')
        return `another#${made}`
      },
    },
  })
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
})

it('where versions are times in seconds nothing is written to keep one out: it could undo what another tool did in that second', async (t) => {
  world = await createWorld({}, t)
  const { directory, db } = world
  const conf = join(dirname(directory.logFile), 'slapd.conf')
  const text = await readFile(conf, 'utf8')
  await writeFile(conf, text.replace('access to', 'access to attrs=entryCSN by * none\naccess to'))
  await directory.restart()
  const before = await world.worker({ followsDirectory: false })
  await world.mirrored()
  await before.stop()
  const second = '20990101000000Z'
  const putOn = (uid: string) =>
    directory.ldapmodify(
      `dn: ${directory.listDn('news')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${directory.personDn(uid)}\n-\nreplace: modifyTimestamp\nmodifyTimestamp: ${second}\n`,
      '-e',
      '!relax',
    )
  await putOn('bob')
  const change = await world.request('bob', 'subscribe', 'news')
  await rows(db, `update list set asserting_version = :second where name = 'news'`, { second })
  const real = openDirectory(asWorker(directory))
  let isEdited = false
  await world.worker({
    followsDirectory: false,
    directory: {
      ...real,
      findList: async (id) => {
        const read = await real.findList(id)
        if (read?.list.version === second && !isEdited) {
          isEdited = true
          await putOn('erin')
        }
        return read
      },
    },
  })
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  expect(isEdited).toBe(true)
  expect(await directory.membersOf('news')).toContain(directory.personDn('erin'))
})
