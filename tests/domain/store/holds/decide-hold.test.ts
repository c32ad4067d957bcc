import { beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { decideHold } from '../../../../domain/store/holds/decide-hold.ts'
import { expireHolds } from '../../../../domain/store/holds/expire-holds.ts'
import { holdLists, letListsGo } from '../../../../domain/store/holds/hold-lists.ts'
import { isLaneDue } from '../../../../domain/store/apply/due-list.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { openHold } from '../../../../domain/store/holds/open-hold.ts'
import { readHold } from '../../../../domain/store/holds/read-holds.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

let db: Database
let adminId: string
let listIds: string[]
let holdId: string

/** Two lists that vanished with many others; somebody waits to join the one, and for approval to join the other. */
beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 6 })
  cleanUpAfter(t, () => db.destroy())
  adminId = newId()
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:id, 'a', '1', 'a', 'a', 'ada', 'ada')`,
    { id: adminId },
  )
  listIds = [newId(), newId()]
  for (const [place, id] of listIds.entries()) {
    await rows(
      db,
      `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane, state, gone_at)
       values (:id, :id, '1', 'd', :name, :name, 'open', 0, 'gone', now())`,
      { id, name: `list${place}` },
    )
    await rows(
      db,
      `insert into change (id, list_id, member_id, action, state, requested_by, via)
       values (:id, :listId, :adminId, 'subscribe', :state, :adminId, 'api')`,
      { id: newId(), listId: id, adminId, state: place === 0 ? 'queued' : 'awaiting_approval' },
    )
  }
  holdId = await db.transaction((tx) => holdLists(tx, listIds))
})

const decide = (decision: 'approve' | 'deny') =>
  db.transaction((tx) =>
    decideHold(tx, { holdId, decision, revision: 1, memberId: adminId, via: 'web', requestId: null }),
  )
const changes = () => rows(db, 'select state, reason_code from change order by id')
const isDue = () => isLaneDue(db, { lane: 0, observeOnly: false })

describe('what waits for lists that are gone with many others', () => {
  it('waits for an admin, and no worker takes it up', async () => {
    expect(await readHold(db, holdId)).toMatchObject({ kind: 'lists-gone', state: 'waiting', count: 2 })
    expect([await changes(), await isDue()]).toEqual([
      [
        { state: 'queued', reasonCode: null },
        { state: 'awaiting_approval', reasonCode: null },
      ],
      false,
    ])
  })

  it('ends when the admin says that they are gone for good', async () => {
    expect(await decide('approve')).toMatchObject({ state: 'approved', count: 2 })
    expect(await changes()).toEqual([
      { state: 'failed', reasonCode: 'LIST_GONE' },
      { state: 'failed', reasonCode: 'LIST_GONE' },
    ])
  })

  it('is cancelled when the admin says that they are not: nobody waits for ever', async () => {
    expect(await decide('deny')).toMatchObject({ state: 'denied' })
    expect(await changes()).toEqual([
      { state: 'cancelled', reasonCode: 'DENIED' },
      { state: 'cancelled', reasonCode: 'DENIED' },
    ])
    await comeBack(listIds)
    expect([await isDue(), (await readHold(db, holdId))?.state]).toEqual([false, 'denied'])
  })

  it('is not decided about by whoever did not see all of these lists', async () => {
    await db.transaction((tx) => holdLists(tx, listIds.slice(0, 1)))
    await expect(decide('approve')).rejects.toMatchObject({
      reason: 'HOLD_CHANGED',
      details: { hold: { revision: 2, count: 2 } },
    })
    expect(await changes()).toMatchObject([{ state: 'queued' }, { state: 'awaiting_approval' }])
  })

  it('goes on by itself when all of them are back', async () => {
    await comeBack(listIds.slice(0, 1))
    expect([await isDue(), (await readHold(db, holdId))?.state]).toEqual([true, 'waiting'])
    await comeBack(listIds.slice(1))
    expect((await readHold(db, holdId))?.state).toBe('over')
  })

  it('waits on where nobody decides, and admins are asked anew', async () => {
    await rows(db, `update hold set expires_at = now()`)
    expect(await expireHolds(db)).toBe(1)
    expect([await changes(), await isDue()]).toMatchObject([
      [{ state: 'queued' }, { state: 'awaiting_approval' }],
      false,
    ])
    expect((await readHold(db, holdId))?.state).toBe('expired')
    const [anew] = await rows<{ id: string }>(db, `select id from hold where state = 'waiting'`)
    expect(await readHold(db, anew?.id ?? '')).toMatchObject({ kind: 'lists-gone', count: 2, revision: 1 })
    expect(await expireHolds(db)).toBe(0)
  })

  it('has come back while an admin decides: neither waits for the other', async () => {
    const decided = await db.transaction(async (back) => {
      await rows(back, `update list set state = 'active', gone_at = null where id = :id`, { id: listIds[1] })
      const deciding = decide('approve')
      await waitUntilBlocked()
      await letListsGo(back, listIds.slice(1))
      return { deciding }
    })
    expect(await decided.deciding).toMatchObject({ state: 'approved', count: 1 })
    expect(await changes()).toMatchObject([{ state: 'failed' }, { state: 'awaiting_approval' }])
  })

  it('waits on where more has joined while somebody found it empty', async () => {
    await rows(db, 'update list set hold_id = null')
    const expired = await db.transaction(async (joining) => {
      await rows(joining, 'select 1 from hold where id = :holdId for update', { holdId })
      const expiring = expireHolds(db)
      await waitUntilBlocked()
      await rows(joining, 'update list set hold_id = :holdId where id = :id', { holdId, id: listIds[0] })
      return { expiring }
    })
    expect([await expired.expiring, (await readHold(db, holdId))?.state]).toEqual([0, 'waiting'])
  })

  it('is over in the end, should nobody have noticed that the last of them came back', async () => {
    await rows(db, `update list set state = 'active', gone_at = null, hold_id = null`)
    expect(await expireHolds(db)).toBe(1)
    expect((await readHold(db, holdId))?.state).toBe('over')
  })
})

it('of many who open a hold at once all get the same', async () => {
  const ids = await Promise.all(
    Array.from({ length: 8 }, () =>
      db.transaction((tx) => openHold(tx, { kind: 'people-gone', listId: null })),
    ),
  )
  expect(new Set(ids).size).toBe(1)
  expect(
    await rows(db, `select 1 from audit_entry where event = 'hold.begun' and outcome = 'people-gone'`),
  ).toHaveLength(1)
})

async function comeBack(ids: readonly string[]): Promise<void> {
  await db.transaction(async (tx) => {
    await rows(tx, `update list set state = 'active', gone_at = null where id = any(:ids::uuid[])`, { ids })
    await letListsGo(tx, ids)
  })
}

/** Until the admin waits for the row of a list. */
async function waitUntilBlocked(): Promise<void> {
  await expect
    .poll(() =>
      rows(
        db,
        `select 1 from pg_locks l join pg_database d on d.oid = l.database
      where not l.granted and d.datname = current_database()
      union all select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    )
    .not.toEqual([])
}
