import { beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import {
  type ApplyingChange,
  leaseDueList,
  type LeasedList,
  renewLease,
} from '../../../../domain/store/apply/lease-list.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { type Outcome, recordOutcomes } from '../../../../domain/store/apply/record-outcomes.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

let db: Database
let listId: string
let people: string[]

beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 4 })
  cleanUpAfter(t, () => db.destroy())
  listId = await addList('news')
  people = [newId(), newId(), newId()]
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
     select id, id, '1', id, id, id, id from unnest(:people::text[]) as p (text), lateral (select text::uuid as id) as m`,
    { people },
  )
})

async function addList(name: string): Promise<string> {
  const id = newId()
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
     values (:id, :id, '1', :name, :name, :name, 'open', 0)`,
    { id, name },
  )
  return id
}

/** Somebody asks to join, so many seconds ago. */
async function ask(place: number, { list = listId, agoS = 0 } = {}): Promise<string> {
  const id = newId()
  await rows(
    db,
    `insert into change (id, list_id, member_id, action, state, requested_by, via, created_at, due_at)
     select :id, :list, :memberId, 'subscribe', 'queued', :memberId, 'api', at, at
     from (select now() - make_interval(secs => :agoS) as at) as asked`,
    { id, list, memberId: people[place], agoS },
  )
  return id
}

type Leased = { list: LeasedList; changes: ApplyingChange[] }

async function lease(): Promise<Leased> {
  const leased = await leaseDueList(db, { lane: 0, leaseMs: 30_000, observeOnly: false })
  if (leased === null) throw new Error('nothing is due')
  return leased
}

const applied = ({ id: changeId, memberId, action, requestId }: ApplyingChange): Outcome => ({
  changeId,
  memberId,
  action,
  requestId,
  kind: 'applied',
  how: 'modified',
  version: '2',
})
const record = ({ list, changes }: Leased) =>
  recordOutcomes(db, list, changes.map(applied), { mirror: { from: '1', to: '2' }, observeOnly: false })

const isLeased = async () => {
  const [list] = await rows<{ isLeased: boolean }>(
    db,
    'select lease_token is not null as is_leased from list where id = :listId',
    { listId },
  )
  return list?.isLeased
}

describe('what came while a list was in hand', () => {
  it('is taken in hand next, under the same lease', async () => {
    await ask(0)
    const leased = await lease()
    const next = await ask(1)
    expect(await record(leased)).toMatchObject({ lost: false, next: [{ id: next }] })
    expect(await isLeased()).toBe(true)
  })

  it.each([
    [
      'an admin has renamed or deleted the list',
      `update list set entry_due_at = now(), wanted_name = 'newer'`,
    ],
    [
      'what another tool changed about it is to be seen first',
      `update list set sync_wants_until = now() + interval '1 minute'`,
    ],
    ['the directory takes nothing', `update target set paused_at = now(), reason_code = '53', reason = 'no'`],
  ])('waits where %s: the list is let go', async (_why, meanwhile) => {
    await ask(0)
    const leased = await lease()
    const next = await ask(1)
    await rows(db, meanwhile)
    expect(await record(leased)).toEqual({ lost: false, next: [] })
    expect(await isLeased()).toBe(false)
    expect(await rows(db, 'select state from change where id = :next', { next })).toEqual([
      { state: 'queued' },
    ])
  })
})

it('of the lists of a lane the one that has waited longest is leased first', async () => {
  const [chess, jobs] = [await addList('chess'), await addList('jobs')]
  await ask(0, { agoS: 20 })
  await ask(0, { list: jobs, agoS: 30 })
  await ask(0, { list: chess, agoS: 10 })
  // The newest of its changes says nothing of how long a list has waited.
  await ask(1, { list: jobs })
  const order = []
  for (let count = 0; count < 3; count += 1) order.push((await lease()).list.name)
  expect(order).toEqual(['jobs', 'news', 'chess'])
})

it('what may be under way to the directory is not forgotten because a lease is renewed', async () => {
  await ask(0)
  const { list } = await lease()
  const { leaseToken } = list
  expect(await renewLease(db, { listId, leaseToken, leaseMs: 30_000, asserting: '1' })).toBe(true)
  expect(await renewLease(db, { listId, leaseToken, leaseMs: 30_000 })).toBe(true)
  await rows(db, `update list set lease_until = now() - interval '1 second'`)
  expect((await lease()).list.assertingVersion).toBe('1')
})
