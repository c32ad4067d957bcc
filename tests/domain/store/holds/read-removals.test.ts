import { beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { type Removals, readRemovals } from '../../../../domain/store/holds/read-removals.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

let db: Database
let listId: string
const people = new Map<string, string>()

beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 4 })
  cleanUpAfter(t, () => db.destroy())
  listId = await addList('news')
  people.clear()
  for (const uid of ['boss', 'a', 'b', 'c', 'd', 'e']) {
    const id = newId()
    people.set(uid, id)
    await rows(
      db,
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:id, :id, '1', :uid, :uid, :uid, :uid)`,
      { id, uid },
    )
  }
  await on('a', 'b', 'c', 'd')
})

const idOf = (uid: string) => people.get(uid) ?? ''
const read = (id = listId): Promise<Removals> => db.transaction((tx) => readRemovals(tx, id))

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

async function on(...uids: string[]): Promise<void> {
  for (const uid of uids)
    await rows(db, 'insert into membership (list_id, member_id) values (:listId, :id)', {
      listId,
      id: idOf(uid),
    })
}
const off = (uid: string) =>
  rows(db, 'delete from membership where list_id = :listId and member_id = :id', { listId, id: idOf(uid) })

type Words = { by?: string; action?: string; state?: string; agoMinutes?: number; how?: string }

/** A change as it ended so long ago, with what it did to the mirror. */
async function change(uid: string, words: Words = {}): Promise<void> {
  const { by = 'boss', action = 'unsubscribe', state = 'applied', agoMinutes = 0, how = 'modified' } = words
  const applied = state === 'applied'
  await rows(
    db,
    `insert into change (id, list_id, member_id, action, state, requested_by, via, ended_at, proof_version, proof_how)
     values (:id, :listId, :memberId, :action, :state, :by, 'api',
       case when :applied then now() - make_interval(mins => :agoMinutes) end,
       case when :applied then '2' end, case when :applied then :how::text end)`,
    { id: newId(), listId, memberId: idOf(uid), action, state, by: idOf(by), applied, agoMinutes, how },
  )
  if (applied) await (action === 'subscribe' ? on(uid) : off(uid))
}

async function drift(way: 'joined' | 'parted', ...uids: string[]): Promise<void> {
  const id = newId()
  const count = (wanted: string) => (way === wanted ? uids.length : 0)
  await rows(
    db,
    `insert into drift (id, list_id, policy, version_after, joined, parted) values (:id, :listId, 'adopt', '3', :joined, :parted)`,
    { id, listId, joined: count('joined'), parted: count('parted') },
  )
  for (const uid of uids) {
    await rows(db, 'insert into drift_member (drift_id, member_id, way) values (:id, :memberId, :way)', {
      id,
      memberId: idOf(uid),
      way,
    })
    await (way === 'joined' ? on(uid) : off(uid))
  }
}

it('is nothing, and the size of today, where nothing has happened', async () => {
  expect(await read()).toEqual({ removed: 0, sizeAtStart: 4 })
  expect(await read(await addList('empty'))).toEqual({ removed: 0, sizeAtStart: 0 })
})

it('counts who was taken off, and who is about to be, not who waits for an admin', async () => {
  await change('a')
  await change('b', { state: 'queued' })
  await change('c', { state: 'applying' })
  await change('d', { state: 'awaiting_approval' })
  expect(await read()).toEqual({ removed: 3, sizeAtStart: 4 })
})

it('does not count who left by themselves, who were there an hour ago all the same', async () => {
  await change('a', { by: 'a' })
  await change('b', { by: 'b', state: 'queued' })
  expect(await read()).toEqual({ removed: 0, sizeAtStart: 4 })
})

it('leaves out who came within the hour', async () => {
  await change('e', { by: 'e', action: 'subscribe' })
  expect(await read()).toEqual({ removed: 0, sizeAtStart: 4 })
  // They were there before when they were found there.
  await off('e')
  await rows(db, 'delete from change')
  await change('e', { by: 'e', action: 'subscribe', how: 'found' })
  expect(await read()).toEqual({ removed: 0, sizeAtStart: 5 })
})

it('leaves out who came within the hour, however long ago they had asked for it', async () => {
  await change('e', { by: 'e', action: 'subscribe' })
  await rows(
    db,
    `update change set id = (lpad(to_hex((extract(epoch from now() - interval '1 day') * 1000)::bigint), 12, '0')
       || right(replace(id::text, '-', ''), 20))::uuid, created_at = now() - interval '1 day'`,
  )
  expect(await read()).toEqual({ removed: 0, sizeAtStart: 4 })
  await change('e', { by: 'e' })
  expect(await read()).toEqual({ removed: 0, sizeAtStart: 4 })
})

it('leaves out whom another tool put there, also those whom nothing names', async () => {
  await drift('joined', 'e')
  await rows(db, 'update drift set joined = 3')
  expect(await read()).toEqual({ removed: 0, sizeAtStart: 2 })
})

it('forgets after an hour', async () => {
  await change('a', { agoMinutes: 59 })
  await change('b', { agoMinutes: 61 })
  expect(await read()).toEqual({ removed: 1, sizeAtStart: 3 })
})

it('counts somebody once, however often they came and went', async () => {
  await change('a', { agoMinutes: 3 })
  await change('a', { action: 'subscribe', agoMinutes: 2 })
  await change('a', { agoMinutes: 1 })
  await drift('joined', 'a')
  await drift('parted', 'a')
  expect(await read()).toEqual({ removed: 1, sizeAtStart: 4 })
})

it('counts whom another tool took off', async () => {
  await drift('parted', 'a', 'b')
  await change('c')
  expect(await read()).toEqual({ removed: 3, sizeAtStart: 4 })
  await drift('joined', 'e')
  expect(await read()).toEqual({ removed: 3, sizeAtStart: 4 })
})

it('is told apart by list', async () => {
  const other = await addList('other')
  await change('a')
  expect(await read(other)).toEqual({ removed: 0, sizeAtStart: 0 })
})

it('counts somebody as taken off whose remover was forgotten since', async () => {
  await change('a')
  await rows(db, 'update change set requested_by = null')
  expect(await read()).toMatchObject({ removed: 1 })
})

it('leaves out what is held back, or takes nobody off; who is off by another way still counts', async () => {
  await change('a', { state: 'queued' })
  await change('b', { state: 'queued' })
  await drift('parted', 'c')
  await change('c', { state: 'queued' })
  const coming = await rows<{ id: string; uid: string }>(
    db,
    `select c.id, m.uid from change c join member m on m.id = c.member_id where c.list_id = :listId and c.state = 'queued'`,
    { listId },
  )
  const without = coming.filter(({ uid }) => uid !== 'a').map(({ id }) => id)
  expect(await read()).toMatchObject({ removed: 3 })
  expect(await db.transaction((tx) => readRemovals(tx, listId, { without }))).toMatchObject({ removed: 2 })
})
