import { beforeAll, beforeEach, expect, it } from 'vitest'
import { listen } from '../../../../domain/store/listen.ts'
import { rows } from '../../../../domain/store/database.ts'
import { leaseDueList, leaseForTrial } from '../../../../domain/store/apply/lease-list.ts'
import { cancelChange } from '../../../../domain/store/changes/cancel-change.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { recordOutcomes } from '../../../../domain/store/apply/record-outcomes.ts'
import { readTrialLists } from '../../../../domain/store/apply/trial-lists.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createWorld, somebodyWaits, testLog, type World } from '../../../_support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
})
beforeEach(async () => {
  await rows(world.db, 'update list set lease_token = null, lease_until = null')
  await rows(world.db, 'delete from change')
})

const laneOf = async (list: string): Promise<number> => {
  const [row] = await rows<{ lane: number }>(world.db, 'select lane from list where name = :list', { list })
  return row?.lane ?? -1
}
const lease = async (list: string) =>
  leaseDueList(world.db, { lane: await laneOf(list), leaseMs: 30_000, observeOnly: false })

it('takes a list with its due changes in hand, in their order, and what an expired lease left, too', async () => {
  for (const uid of ['bob', 'alice', 'erin']) await world.request(uid, 'subscribe', 'jobs')
  const first = await lease('jobs')
  expect(first?.list).toMatchObject({ name: 'jobs', entryUuid: expect.any(String) as string })
  expect(first?.changes.map(({ uid }) => uid)).toEqual(['bob', 'alice', 'erin'])
  expect(first?.changes[0]).toMatchObject({ action: 'subscribe', attempts: 0, mails: ['bob@example.org'] })
  expect(await lease('jobs')).toBeNull()

  await world.request('dave', 'subscribe', 'jobs')
  await rows(world.db, `update list set lease_until = now() - interval '1 second' where name = 'jobs'`)
  const second = await lease('jobs')
  expect(second?.changes.map(({ uid }) => uid)).toEqual(['bob', 'alice', 'erin', 'dave'])
})

it('leaves out a change that is being cancelled this very moment', async () => {
  const cancelled = await world.request('bob', 'subscribe', 'jobs')
  await world.request('alice', 'subscribe', 'jobs')
  const cancelling = await world.db.transaction()
  await rows(
    cancelling,
    `update change set state = 'cancelled', ended_at = now(), reason_code = 'CANCELLED', reason_message = 'Cancelled.'
     where id = :id`,
    { id: cancelled.id },
  )
  const leasing = lease('jobs')
  await somebodyWaits(world)
  await cancelling.commit()
  expect((await leasing)?.changes.map(({ uid }) => uid)).toEqual(['alice'])
  expect((await world.change(cancelled.id)).state).toBe('cancelled')
})

it('keeps a change that is being taken in hand this very moment from being cancelled', async () => {
  const change = await world.request('bob', 'subscribe', 'jobs')
  const taking = await world.db.transaction()
  await rows(taking, `update change set state = 'applying' where id = :id`, { id: change.id })
  const memberId = await world.memberId('bob')
  const cancelling = world.db
    .transaction((tx) =>
      cancelChange(tx, { changeId: change.id ?? '', memberId, via: 'api', requestId: null }),
    )
    .catch((refusal: unknown) => refusal)
  await somebodyWaits(world)
  await taking.commit()
  expect(await cancelling).toMatchObject({ reason: 'NOT_WAITING' })
  expect((await world.change(change.id)).state).toBe('applying')
})

it('keeps a second word behind the first one while that is in hand', async () => {
  await world.request('bob', 'subscribe', 'jobs')
  await lease('jobs')
  const second = await world.request('bob', 'unsubscribe', 'jobs')
  await world.request('alice', 'subscribe', 'jobs')
  await rows(world.db, `update list set lease_until = now() - interval '1 second' where name = 'jobs'`)
  const again = await lease('jobs')
  expect(again?.changes.map(({ uid, action }) => `${uid} ${action}`)).toEqual([
    'bob subscribe',
    'alice subscribe',
  ])
  expect((await world.change(second.id)).state).toBe('queued')
})

it('leaves alone what waits for an admin’s word about a list that vanished, on trial too', async () => {
  await world.request('bob', 'subscribe', 'jobs')
  const [list] = await rows<{ id: string }>(world.db, `select id from list where name = 'jobs'`)
  const listId = list?.id ?? ''
  const onTrial = () => leaseForTrial(world.db, { listId, leaseMs: 30_000, observeOnly: false })
  const trialLists = () => readTrialLists(world.db, 'ldap', { observeOnly: false })
  const holdId = newId()
  await rows(
    world.db,
    `insert into hold (id, kind, expires_at) values (:holdId, 'lists-gone', now() + interval '1 day')`,
    { holdId },
  )
  await rows(
    world.db,
    `update list set state = 'gone', gone_at = now(), hold_id = :holdId where id = :listId`,
    {
      holdId,
      listId,
    },
  )
  expect(await lease('jobs')).toBeNull()
  expect(await trialLists()).toEqual({ refused: null, other: null })
  expect(await onTrial()).toBeNull()
  await rows(
    world.db,
    `update list set state = 'active', gone_at = null, hold_id = null where id = :listId`,
    {
      listId,
    },
  )
  expect(await trialLists()).toEqual({ refused: null, other: { id: listId, busy: false } })
  expect((await onTrial())?.changes).toHaveLength(1)
  expect(await trialLists()).toEqual({ refused: null, other: { id: listId, busy: true } })
})

it('tries on trial what was put off, an entry too', async () => {
  await rows(
    world.db,
    `update list set entry_due_at = now() + interval '1 hour', wanted_description = 'new' where name = 'chess'`,
  )
  const { other } = await readTrialLists(world.db, 'ldap', { observeOnly: false })
  const leased = await leaseForTrial(world.db, {
    listId: other?.id ?? '',
    leaseMs: 30_000,
    observeOnly: false,
  })
  expect(leased?.list).toMatchObject({ name: 'chess', entry: { wantedDescription: 'new' } })
  await rows(world.db, `update list set entry_due_at = null, wanted_description = null where name = 'chess'`)
})

it('has room for one waiting and one applying change of a list and a member, not for two of either', async () => {
  const [list] = await rows<{ id: string }>(world.db, `select id from list where name = 'jobs'`)
  const memberId = await world.memberId('bob')
  const insert = (state: string) =>
    rows(
      world.db,
      `insert into change (id, list_id, member_id, action, state, via)
       values (:id, :listId, :memberId, 'subscribe', :state, 'api')`,
      { id: newId(), listId: list?.id, memberId, state },
    )
  await insert('queued')
  await insert('applying')
  for (const state of ['queued', 'awaiting_approval', 'applying'])
    await expect(insert(state)).rejects.toThrow('change_open_of_member')
})

it('tells of each of many changes that end together', async (t) => {
  const [list] = await rows<{ id: string }>(world.db, `select id from list where name = 'jobs'`)
  const ids = Array.from({ length: 450 }, newId)
  await rows(
    world.db,
    `with people as (
       insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
       select id, id::text, '', id::text, id::text, id::text, '' from unnest(:ids::uuid[]) as m (id)
       returning id)
     insert into change (id, list_id, member_id, action, state, via)
     select id, :listId, id, 'subscribe', 'queued', 'api' from unnest(:ids::uuid[]) as m (id)`,
    { ids, listId: list?.id },
  )
  const heard: string[] = []
  const listener = listen(world.databaseUrl, ['change_ended'], (_channel, id) => heard.push(id), {
    onReconnect: () => {},
    log: testLog,
  })
  cleanUpAfter(t, () => listener.close())
  await listener.ready
  const leased = await lease('jobs')
  if (!leased) throw new Error('nothing was leased')
  const outcomes = leased.changes.map(({ id, memberId, action, requestId }) => {
    const applied = { kind: 'applied' as const, how: 'modified' as const, version: 'after' }
    return { changeId: id, memberId, action, requestId, ...applied }
  })
  const mirror = { from: leased.list.version ?? '', to: 'after' }
  expect(await recordOutcomes(world.db, leased.list, outcomes, { mirror, observeOnly: false })).toEqual({
    lost: false,
    next: [],
  })
  await expect.poll(() => heard.toSorted()).toEqual(ids.toSorted())
  const [after] = await rows(
    world.db,
    `select version, echo_version, lease_token,
       (select count(*)::integer from membership s where s.list_id = l.id and s.member_id = any(:ids::uuid[])) as members
     from list l where name = 'jobs'`,
    { ids },
  )
  expect(after).toEqual({ version: 'after', echoVersion: 'after', leaseToken: null, members: 450 })
})

it('what another worker did about an entry while this one chose its list is not due any more', async () => {
  await rows(
    world.db,
    `update list set entry_due_at = now(), wanted_description = 'New words' where name = 'jobs'`,
  )
  await world.request('bob', 'subscribe', 'jobs')
  // Choosing waits as long as somebody has this lock: it looks whether the target is paused.
  await world.db.raw('alter table target rename to target_row')
  await world.db.raw(
    `create view target as
     select name, case when pg_advisory_xact_lock_shared(4711)::text is not null then paused_at end as paused_at from target_row`,
  )
  try {
    const other = await world.db.transaction()
    await other.raw('select pg_advisory_xact_lock(4711)')
    const leasing = lease('jobs')
    await somebodyWaits(world)
    await rows(
      other,
      `update list set entry_due_at = null, wanted_description = null, description = 'New words' where name = 'jobs'`,
    )
    await other.commit()
    expect((await leasing)?.list.entry).toBeNull()
  } finally {
    await world.db.raw('drop view target')
    await world.db.raw('alter table target_row rename to target')
    await rows(world.db, `update list set entry_due_at = null, wanted_description = null where name = 'jobs'`)
  }
})
