import { beforeEach, expect, it } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import { rows } from '../../../domain/store/database.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

let world: World
beforeEach(async (t) => {
  world = await createWorld({}, t)
})

/** The adapter that the worker would make for itself, to be interfered with. */
function ownDirectory() {
  const { directory } = world
  return openDirectory(asWorker(directory))
}

const gate = () => Promise.withResolvers<void>()

it('applies what was accepted while the directory was down, and the last word wins', async () => {
  await world.worker()
  await world.mirrored()
  await world.directory.kill9()
  const first = await world.request('bob', 'subscribe', 'news')
  await waitUntil('the worker has tried', async () => {
    const [paused] = await rows<{ name: string }>(
      world.db,
      'select name from target where paused_at is not null',
    )
    return paused ?? null
  })
  const second = await world.request('bob', 'unsubscribe', 'news')
  const third = await world.request('bob', 'subscribe', 'news')
  await world.directory.restart()
  expect(await world.ended(third.id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await world.ended(first.id)).toMatchObject({ state: 'superseded' })
  expect(await world.ended(second.id)).toMatchObject({ state: 'superseded', supersededBy: third.id })
  expect(await world.directory.membersOf('news')).toContain(world.directory.memberValue('bob'))
})

it('reads again when another tool changes the list between our read and our modify', async () => {
  const directory = ownDirectory()
  const versions: string[] = []
  let interfere = true
  await world.worker({
    directory: {
      ...directory,
      modifyMembers: async (dn, change) => {
        versions.push(change.version)
        if (interfere) {
          interfere = false
          await world.directory.ldapmodify(
            `dn: ${dn}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${world.directory.personDn('ada')}\n`,
          )
        }
        return directory.modifyMembers(dn, change)
      },
    },
  })
  await world.mirrored()
  const change = await world.ended((await world.request('bob', 'subscribe', 'news')).id)
  expect(change).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(new Set(versions).size).toBe(2)
  expect(await world.directory.membersOf('news')).toEqual(
    expect.arrayContaining([world.directory.memberValue('ada'), world.directory.memberValue('bob')]),
  )
})

it('takes over from a worker that froze between its modify and its record, and does not apply twice', async () => {
  const reached = gate()
  const frozen = gate()
  const directory = ownDirectory()
  const slow = await world.worker({
    // Never renewed while this test runs: a stopped process would not either.
    leaseMs: 600_000,
    directory: {
      ...directory,
      modifyMembers: async (dn, change) => {
        const version = await directory.modifyMembers(dn, change)
        reached.resolve()
        await frozen.promise
        return version
      },
    },
  })
  await world.mirrored()
  const change = await world.request('bob', 'subscribe', 'news')
  await reached.promise
  await rows(
    world.db,
    `update list set lease_until = now() - interval '1 second' where lease_token is not null`,
  )
  const modified = await world.directory.ldapsearch(
    world.directory.listDn('news'),
    '(objectClass=*)',
    'entryCSN',
  )
  await world.worker()
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  frozen.resolve()
  await slow.stop()
  expect(
    await world.directory.ldapsearch(world.directory.listDn('news'), '(objectClass=*)', 'entryCSN'),
  ).toBe(modified)
  expect(await world.change(change.id)).toMatchObject({ state: 'applied', proof: { how: 'found' } })
})

it('refuses the late modify of a worker that froze before it', async () => {
  const reached = gate()
  const frozen = gate()
  const failures: unknown[] = []
  let late = false
  const directory = ownDirectory()
  const slow = await world.worker({
    leaseMs: 600_000,
    directory: {
      ...directory,
      modifyMembers: async (dn, change) => {
        if (late) return directory.modifyMembers(dn, change)
        late = true
        reached.resolve()
        await frozen.promise
        return directory.modifyMembers(dn, change).catch((error: unknown) => {
          failures.push(error)
          throw error
        })
      },
    },
  })
  await world.mirrored()
  const first = await world.request('bob', 'subscribe', 'news')
  await reached.promise
  await rows(
    world.db,
    `update list set lease_until = now() - interval '1 second' where lease_token is not null`,
  )
  await world.worker()
  await world.ended(first.id)
  const second = await world.request('bob', 'unsubscribe', 'news')
  await world.ended(second.id)
  frozen.resolve()
  await slow.stop()
  expect(failures[0]).toBeInstanceOf(DirectoryFailure)
  expect(failures[0]).toMatchObject({ kind: 'recompute', code: 122 })
  expect(await world.directory.membersOf('news')).not.toContain(world.directory.memberValue('bob'))
})

it('lets a change of mind wait behind the first word that is being applied', async () => {
  const reached = gate()
  const open = gate()
  const directory = ownDirectory()
  await world.worker({
    directory: {
      ...directory,
      modifyMembers: async (dn, change) => {
        reached.resolve()
        await open.promise
        return directory.modifyMembers(dn, change)
      },
    },
  })
  await world.mirrored()
  const first = await world.request('bob', 'subscribe', 'news')
  await reached.promise
  const second = await world.request('bob', 'unsubscribe', 'news')
  expect(second).toMatchObject({ state: 'queued' })
  expect(await world.request('bob', 'unsubscribe', 'news')).toMatchObject({ id: second.id })
  open.resolve()
  expect(await world.ended(second.id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await world.change(first.id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await world.directory.membersOf('news')).not.toContain(world.directory.memberValue('bob'))
})

it('ends a change with a sentence when the person or the list went meanwhile', async () => {
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  const person = await world.request('carol', 'subscribe', 'hiking')
  const list = await world.request('bob', 'subscribe', 'choir')
  await world.directory.ldapmodify(`dn: ${world.directory.personDn('carol')}\nchangetype: delete\n`)
  await world.directory.ldapmodify(`dn: ${world.directory.listDn('choir')}\nchangetype: delete\n`)
  await world.worker()
  expect(await world.ended(person.id)).toMatchObject({ state: 'failed', reason: { code: 'MEMBER_GONE' } })
  expect(await world.ended(list.id)).toMatchObject({ state: 'failed', reason: { code: 'LIST_GONE' } })
})

it('writes nothing with WRITES=off, shows what it would write, and writes it when writes are on', async () => {
  const observer = await world.worker({}, { WRITES: 'off' })
  await world.mirrored()
  const { id } = await world.request('bob', 'subscribe', 'news')
  const shown = await waitUntil('it shows what it would write', async () => {
    const change = await world.change(id)
    return change.wouldWrite === undefined ? null : change
  })
  expect(shown).toMatchObject({ state: 'queued' })
  expect(shown.wouldWrite).toBe(
    `dn: ${world.directory.listDn('news')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${world.directory.personDn('bob')}\n-\n`,
  )
  expect(await world.directory.membersOf('news')).not.toContain(world.directory.memberValue('bob'))
  await observer.stop()
  await world.worker()
  expect(await world.ended(id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
})

it('keeps values that belong to nobody known', async () => {
  await world.worker()
  await world.mirrored()
  const stranger = 'cn=somebody else,ou=partners,dc=example,dc=org'
  await world.directory.ldapmodify(
    `dn: ${world.directory.listDn('news')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${stranger}\n`,
  )
  await world.ended((await world.request('bob', 'subscribe', 'news')).id)
  await world.ended((await world.request('bob', 'unsubscribe', 'news')).id)
  expect(await world.directory.membersOf('news')).toContain(stranger)
})

it('loses nothing when two members, an admin and another tool change one list at once, with four workers', async () => {
  for (let count = 0; count < 4; count += 1) await world.worker()
  await world.mirrored()
  const uids = ['alice', 'bob', 'ada', 'erin', 'frank', 'grace', 'heidi', 'lena']
  const accepted = await Promise.all([
    ...uids.map((uid) => world.request(uid, 'subscribe', 'newcomers', { uid: 'ada' })),
    ...uids.map((uid) => world.request(uid, 'subscribe', 'alumni')),
  ])
  await Promise.all(
    ['carol', 'dave', 'kenji'].map((uid) =>
      world.directory.ldapmodify(
        `dn: ${world.directory.listDn('newcomers')}\nchangetype: modify\nadd: uniqueMember\nuniqueMember: ${world.directory.personDn(uid)}\n`,
      ),
    ),
  )
  const ended = await Promise.all(accepted.map(({ id }) => world.ended(id ?? accepted[0]?.id ?? null)))
  expect(ended.every((change) => change.state === 'applied')).toBe(true)
  const values = [...uids, 'carol', 'dave', 'kenji'].map((uid) => world.directory.memberValue(uid))
  expect(await world.directory.membersOf('newcomers')).toEqual(expect.arrayContaining(values))
})
