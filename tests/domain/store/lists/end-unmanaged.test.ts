import { beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { isLaneDue } from '../../../../domain/store/apply/due-list.ts'
import { endUnmanaged } from '../../../../domain/store/lists/end-unmanaged.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

let db: Database

/** A list that stopped being managed while a worker had a change in hand, behind which another word waits. */
beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 4 })
  cleanUpAfter(t, () => db.destroy())
  const [memberId, listId] = [newId(), newId()]
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:memberId, 'a', '1', 'a', 'a', 'ada', 'ada')`,
    { memberId },
  )
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane, managed)
     values (:listId, :listId, '1', 'd', 'news', 'news', 'open', 0, false)`,
    { listId },
  )
  for (const [action, state] of [
    ['subscribe', 'applying'],
    ['unsubscribe', 'queued'],
  ])
    await rows(
      db,
      `insert into change (id, list_id, member_id, action, state, requested_by, via)
       values (:id, :listId, :memberId, :action, :state, :memberId, 'api')`,
      { id: newId(), listId, memberId, action, state },
    )
})

const changes = () => rows(db, 'select state, reason_code from change order by id')

it('no worker takes up what is left of a list that is not managed any more', async () => {
  expect(await isLaneDue(db, { lane: 0, observeOnly: false })).toBe(false)
})

it('ends, with the reason, once nobody has the list in hand', async () => {
  await rows(db, `update list set lease_token = :token, lease_until = now() + interval '1 minute'`, {
    token: newId(),
  })
  await endUnmanaged(db)
  expect(await changes()).toMatchObject([{ state: 'applying' }, { state: 'queued' }])
  await rows(db, `update list set lease_until = now() - interval '1 second'`)
  await endUnmanaged(db)
  expect(await changes()).toEqual([
    { state: 'failed', reasonCode: 'LIST_UNMANAGED' },
    { state: 'cancelled', reasonCode: 'LIST_UNMANAGED' },
  ])
})

it('what a list has that is managed again is left alone', async () => {
  await rows(db, 'update list set managed = true')
  await endUnmanaged(db)
  expect(await changes()).toMatchObject([{ state: 'applying' }, { state: 'queued' }])
})
