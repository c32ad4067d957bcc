import { beforeEach, expect, it } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure, IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { rows } from '../../../domain/store/database.ts'
import { decideIncident } from '../../../domain/store/incidents/decide-incident.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

let world: World
beforeEach(async (t) => {
  world = await createWorld({ listClass: 'posixGroup' }, t)
})

type Modify = Directory['modifyMembers']

/** Of somebody who accepts whatever is asked for, so that only the lease finds a limit passed. */
const unlimited = { percent: 100, count: 100 }

/** A worker whose modifies go through `modify`. */
function workerThat(modify: (real: Modify) => Modify) {
  const { directory } = world
  const real = openDirectory(asWorker(directory))
  return world.worker({ directory: { ...real, modifyMembers: modify(real.modifyMembers) } })
}

/** Somebody whose user name no memberUid can hold: it is an IA5 string, and the server answers 21. */
const addPerson = (uid: string) =>
  world.directory.ldapmodify(
    `dn: uid=${uid},${world.directory.peopleBase}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nmail: x@example.org\n`,
  )

const everybody = async () => {
  const found = await rows<{ uid: string }>(world.db, 'select uid from member order by uid')
  return found.map(({ uid }) => uid)
}

it('lets a value that the server refuses fail alone, and applies all others without reading again', async () => {
  await addPerson('zoë')
  await addPerson('rené')
  let reads = 0
  const batches: number[] = []
  const worker = await workerThat((modify) => (dn, change) => {
    batches.push(change.add.length)
    return modify(dn, change)
  })
  await world.mirrored()
  const uids = await everybody()
  await worker.stop()
  const changes = new Map<string, string | null>()
  for (const uid of uids) changes.set(uid, (await world.request(uid, 'subscribe', 'newcomers')).id)
  batches.length = 0
  const { directory } = await workerThat((modify) => (dn, change) => {
    batches.push(change.add.length)
    return modify(dn, change)
  }).then(({ context }) => context)
  const find = directory.findList
  directory.findList = (id) => {
    reads += 1
    return find(id)
  }
  for (const [uid, id] of changes)
    expect(await world.ended(id)).toMatchObject(
      uid === 'zoë' || uid === 'rené'
        ? { state: 'failed', reason: { code: 'DIRECTORY_REFUSED' } }
        : { state: 'applied', proof: { how: 'modified' } },
    )
  expect(await world.directory.membersOf('newcomers')).toEqual(
    uids.filter((uid) => uid !== 'zoë' && uid !== 'rené').sort(),
  )
  expect(reads).toBeLessThanOrEqual(2)
  const incident = await waitUntil('admins are told of both, in one incident', async () => {
    const [found, ...others] = await rows<{ id: string; revision: number; words: { text: string } }>(
      world.db,
      `select id, revision, words from incident where kind = 'change-failed' and state = 'open'`,
    )
    expect(others).toEqual([])
    return found?.words.text.includes('zoë') && found.words.text.includes('rené') ? found : null
  })

  // A retry is about all whom it names.
  await world.db.transaction(async (tx) =>
    decideIncident(tx, {
      incidentId: incident.id,
      action: 'retry',
      revision: incident.revision,
      memberId: await world.memberId('ada'),
      via: 'api',
      requestId: null,
      removalLimit: { percent: 20, count: 5 },
      mirrorMaxAgeS: 360,
    }),
  )
  const retried = await rows<{ retryOf: string }>(
    world.db,
    'select retry_of from change where retry_of is not null',
  )
  expect(new Set(retried.map(({ retryOf }) => retryOf))).toEqual(
    new Set([changes.get('zoë'), changes.get('rené')]),
  )
})

it('finds out by a read whether a modify without an answer was made', async () => {
  let silent = true
  await workerThat((modify) => async (dn, change) => {
    const version = await modify(dn, change)
    if (!silent) return version
    silent = false
    throw new DirectoryFailure('unknown-outcome', null, 'read ECONNRESET')
  })
  await world.mirrored()
  const change = await world.ended((await world.request('bob', 'subscribe', 'news')).id)
  expect(change).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  expect(await rows(world.db, 'select attempts from change')).toEqual([{ attempts: 0 }])
  // A look at the list from before that must not be taken in any more.
  expect(await rows(world.db, `select echo_version from list where name = 'news'`)).toEqual([
    { echoVersion: change.proof?.version },
  ])
})

it('tries again when the server is busy, each time somewhat later', async () => {
  const at: number[] = []
  await workerThat((modify) => async (dn, change) => {
    at.push(performance.now())
    if (at.length < 4) throw new DirectoryFailure('transient', 51, 'busy')
    return modify(dn, change)
  })
  await world.mirrored()
  const change = await world.ended((await world.request('bob', 'subscribe', 'news')).id)
  expect(change).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0))
  expect(pauses.map((pause, index) => pause >= 500 * 2 ** index)).toEqual([true, true, true])
})

/** As if the pauses were over. */
const hurry = async (id: string | null) => {
  await rows(
    world.db,
    `with due as (update change set due_at = now() where id = :id and state = 'queued' and due_at > now() returning list_id)
     select pg_notify('change_queued', lane::text) from list where id in (select list_id from due)`,
    { id },
  )
}

it('takes an answer without a reason for a no only after many, whatever else went wrong before', async () => {
  let busy = 0
  let unexplained = 0
  await workerThat((modify) => (dn, change) => {
    if (!change.add.includes('bob')) return modify(dn, change)
    if (busy < 9) {
      busy += 1
      return Promise.reject(new DirectoryFailure('transient', 51, 'busy'))
    }
    unexplained += 1
    return Promise.reject(new DirectoryFailure('transient', 80, 'internal error'))
  })
  await world.mirrored()
  const bad = await world.request('bob', 'subscribe', 'news')
  await waitUntil('it has met much other trouble, and one such answer', async () => {
    await hurry(bad.id)
    return unexplained > 0 ? true : null
  })
  const good = await world.request('alice', 'subscribe', 'news')
  await waitUntil('it has failed', async () => {
    await hurry(bad.id)
    return (await world.change(bad.id)).endedAt
  })
  expect(await world.change(bad.id)).toMatchObject({ state: 'failed', reason: { code: 'DIRECTORY_REFUSED' } })
  expect(unexplained).toBeGreaterThan(8)
  expect(await world.ended(good.id)).toMatchObject({ state: 'applied' })
})

it('waits, counts nothing and tells admins when a list is not read completely', async () => {
  let incomplete = true
  const worker = await workerThat((modify) => modify)
  await world.mirrored()
  await worker.stop()
  const { context } = await workerThat((modify) => modify)
  const find = context.directory.findList
  context.directory.findList = (id) =>
    incomplete ? Promise.reject(new IncompleteRead('a part of the members only')) : find(id)
  const change = await world.request('bob', 'subscribe', 'news')
  await waitUntil('admins are told', async () => {
    const [told] = await rows<{ id: string }>(
      world.db,
      `select id from incident where kind = 'read-incomplete'`,
    )
    return told ?? null
  })
  await waitUntil('it waits', async () => ((await world.change(change.id)).state === 'queued' ? true : null))
  expect(await rows(world.db, 'select attempts from change where id = :id', { id: change.id })).toEqual([
    { attempts: 0 },
  ])
  incomplete = false
  await hurry(change.id)
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied' })
})

it('believes no directory that suddenly has no list at all', async () => {
  const worker = await workerThat((modify) => modify)
  await world.mirrored()
  await worker.stop()
  const change = await world.request('bob', 'subscribe', 'news')
  const { context } = await workerThat((modify) => modify)
  const { directory } = context
  const real = { findList: directory.findList, listIds: directory.listIds }
  directory.findList = () => Promise.resolve(null)
  directory.listIds = async function* () {}
  await hurry(change.id)
  await waitUntil('admins are told', async () => {
    const [told] = await rows<{ id: string }>(
      world.db,
      `select id from incident where kind = 'read-incomplete'`,
    )
    return told ?? null
  })
  expect(await world.change(change.id)).toMatchObject({ endedAt: null })
  expect(await rows(world.db, `select name from list where state = 'gone'`)).toEqual([])
  Object.assign(directory, real)
  await hurry(change.id)
  expect(await world.ended(change.id)).toMatchObject({ state: 'applied' })
})

it('ends nothing of lists that vanish with many others before an admin says so', async () => {
  const worker = await workerThat((modify) => modify)
  await world.mirrored()
  await worker.stop()
  // Enough that not all are gone.
  await rows(
    world.db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
     select gen_random_uuid(), 'more-' || n, 'v', 'cn=more' || n, 'more' || n, 'more', 'open', 0 from generate_series(1, 9) as n`,
  )
  const there = await rows<{ entryUuid: string }>(
    world.db,
    `select entry_uuid from list where name <> 'news' and name not like 'more%'`,
  )
  const change = await world.request('bob', 'subscribe', 'news')
  const { context } = await workerThat((modify) => modify)
  context.directory.findList = () => Promise.resolve(null)
  context.directory.listIds = async function* () {
    yield there.map(({ entryUuid }) => entryUuid)
  }
  await hurry(change.id)
  await waitUntil('an admin is to decide', async () => {
    const [hold] = await rows<{ id: string }>(
      world.db,
      `select h.id from hold h join list l on l.hold_id = h.id
       where h.kind = 'lists-gone' and h.state = 'waiting' and l.name = 'news'`,
    )
    return hold ?? null
  })
  const waiting = await waitUntil('the change waits', async () => {
    const found = await world.change(change.id)
    return found.state === 'applying' ? null : found
  })
  expect(waiting).toMatchObject({ state: 'queued', endedAt: null })
})

it('reads again when the server won’t take off who is off already', async () => {
  let unwilling = true
  await workerThat((modify) => async (dn, change) => {
    if (!unwilling) return modify(dn, change)
    unwilling = false
    await world.directory.ldapmodify(
      `dn: ${dn}\nchangetype: modify\ndelete: memberUid\nmemberUid: ${change.remove[0]}\n`,
    )
    throw new DirectoryFailure('recompute', 53, 'no such member')
  })
  await world.mirrored()
  await world.directory.ldapmodify(
    `dn: ${world.directory.listDn('newcomers')}\nchangetype: modify\nadd: memberUid\nmemberUid: bob\n`,
  )
  await rows(
    world.db,
    `insert into membership (list_id, member_id) select l.id, m.id from list l, member m where l.name = 'newcomers' and m.uid = 'bob'`,
  )
  const change = await world.ended((await world.request('bob', 'unsubscribe', 'newcomers')).id)
  expect(change).toMatchObject({ state: 'applied', proof: { how: 'found' } })
  expect(await rows(world.db, 'select name from target where paused_at is not null')).toEqual([])
})

it('pauses when the server goes on being unwilling to take somebody off', async () => {
  await workerThat(
    (modify) => (dn, change) =>
      change.remove.length > 0
        ? Promise.reject(new DirectoryFailure('recompute', 53, 'unwilling to perform'))
        : modify(dn, change),
  )
  await world.mirrored()
  const change = await world.request('bob', 'unsubscribe', 'chess')
  await waitUntil('the target is paused', async () => {
    const [paused] = await rows<{ reasonCode: string }>(
      world.db,
      `select reason_code from target where reason_code = '53'`,
    )
    return paused ?? null
  })
  expect(await world.change(change.id)).toMatchObject({ endedAt: null })
})

it('asks for an admin’s yes when too many would be taken off unasked, and goes on with the rest', async () => {
  const worker = await world.worker({}, { REMOVAL_LIMIT_COUNT: '2', REMOVAL_LIMIT_PERCENT: '20' })
  await world.mirrored()
  await worker.stop()
  const members = await world.directory.membersOf('chess')
  // Accepted by somebody with a larger limit, so that only the lease finds it passed.
  const [mover, ...others] = members
  const removals = []
  for (const uid of others.slice(0, 5))
    removals.push(await world.request(uid, 'unsubscribe', 'chess', { uid: 'ada' }))
  // The newest word, which would wait first.
  const own = await world.request(mover ?? '', 'unsubscribe', 'chess')
  await rows(
    world.db,
    `update change set state = 'queued', hold_id = null, reason_code = null, reason_message = null where state = 'awaiting_approval'`,
  )
  const joining = await world.request('ada', 'subscribe', 'chess')
  await world.worker({}, { REMOVAL_LIMIT_COUNT: '2', REMOVAL_LIMIT_PERCENT: '20' })
  expect(await world.ended(own.id)).toMatchObject({ state: 'applied' })
  expect(await world.ended(joining.id)).toMatchObject({ state: 'applied' })
  const states = await Promise.all(
    removals.map(({ id }) =>
      waitUntil('it is decided', async () => {
        const { state } = await world.change(id)
        return state === 'queued' || state === 'applying' ? null : state
      }),
    ),
  )
  expect(states.filter((state) => state === 'awaiting_approval').length).toBeGreaterThanOrEqual(1)
  expect(states.slice(0, 2)).toEqual(['applied', 'applied'])
  expect((await world.directory.membersOf('chess')).length).toBe(
    members.length - 1 + 1 - states.filter((state) => state === 'applied').length,
  )
})

it('asks for no yes because of those whom another tool has taken off already', async () => {
  const never = { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400' }
  const limit = { REMOVAL_LIMIT_COUNT: '2', REMOVAL_LIMIT_PERCENT: '1' }
  const worker = await world.worker({ followsDirectory: false })
  await world.mirrored()
  await worker.stop()
  const [first, second, ...others] = await world.directory.membersOf('chess')
  const removals = []
  for (const uid of [...others.slice(0, 2), first ?? '', second ?? ''])
    removals.push(
      await world.request(uid, 'unsubscribe', 'chess', {
        uid: 'ada',
        removalLimit: { percent: 100, count: 100 },
      }),
    )
  await world.directory.ldapmodify(
    `dn: ${world.directory.listDn('chess')}\nchangetype: modify\ndelete: memberUid\nmemberUid: ${first}\nmemberUid: ${second}\n`,
  )
  await world.worker({ followsDirectory: false }, { ...never, ...limit })
  const ended = []
  for (const { id } of removals) ended.push(await world.ended(id))
  expect(ended.map(({ proof }) => proof?.how)).toEqual(['modified', 'modified', 'found', 'found'])
})

it('lets no more wait for an admin because the list has to be read again', async () => {
  const limit = { REMOVAL_LIMIT_COUNT: '2', REMOVAL_LIMIT_PERCENT: '1' }
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  const removals = []
  for (const uid of (await world.directory.membersOf('chess')).slice(0, 5))
    removals.push(await world.request(uid, 'unsubscribe', 'chess', { uid: 'ada', removalLimit: unlimited }))
  const real = openDirectory(asWorker(world.directory))
  let reads = 0
  const modifyMembers: Modify = async (dn, change) => {
    reads += 1
    if (reads === 1) throw new DirectoryFailure('recompute', 122, 'somebody else was first')
    return real.modifyMembers(dn, change)
  }
  await world.worker({ directory: { ...real, modifyMembers } }, limit)
  const states = await Promise.all(
    removals.map(({ id }) =>
      waitUntil('it is decided', async () => {
        const { state } = await world.change(id)
        return state === 'queued' || state === 'applying' ? null : state
      }),
    ),
  )
  const waits = 'awaiting_approval'
  expect(states).toEqual(['applied', 'applied', waits, waits, waits])
})

it('asks for no second yes to what an admin has approved, whatever else is to be taken off', async () => {
  const limit = { REMOVAL_LIMIT_COUNT: '2', REMOVAL_LIMIT_PERCENT: '20' }
  const worker = await world.worker({}, limit)
  await world.mirrored()
  await worker.stop()
  const removals = []
  for (const uid of (await world.directory.membersOf('chess')).slice(0, 5))
    removals.push(await world.request(uid, 'unsubscribe', 'chess', { uid: 'ada' }))
  const last = removals.pop()
  await rows(
    world.db,
    `update change set state = 'queued', hold_id = null, reason_code = null, reason_message = null, removal_approved = id <> :last`,
    { last: last?.id },
  )
  await world.worker({}, limit)
  for (const { id } of removals) expect(await world.ended(id)).toMatchObject({ state: 'applied' })
  await waitUntil('the last one waits', async () =>
    (await world.change(last?.id ?? null)).state === 'awaiting_approval' ? true : null,
  )
})
