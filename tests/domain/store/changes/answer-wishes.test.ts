import { beforeEach, expect, it } from 'vitest'
import type { ChangeAction } from '../../../../domain/contracts/change.ts'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { requestChanges } from '../../../../domain/store/changes/request-changes.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

let db: Database
let listId: string
let memberId: string

/** A list with alice on it, and a mirror that is believed. */
beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 4 })
  cleanUpAfter(t, () => db.destroy())
  ;[listId, memberId] = [newId(), newId()]
  await rows(db, `insert into sync_run (id, mode, state, ended_at) values (:id, 'full', 'done', now())`, {
    id: newId(),
  })
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (:memberId, 'a', '1', 'a', 'a', 'alice', 'a')`,
    { memberId },
  )
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane) values (:listId, 'l', '7', 'news', 'news', 'news', 'open', 0)`,
    { listId },
  )
  await rows(db, 'insert into membership (list_id, member_id) values (:listId, :memberId)', {
    listId,
    memberId,
  })
})

/** What became of a word of hers, so many minutes ago. */
async function said(action: ChangeAction, state: string, agoMinutes = 0): Promise<string> {
  const id = newId()
  await rows(
    db,
    `insert into change (id, list_id, member_id, action, state, requested_by, via, created_at, ended_at, proof_version, proof_how, reason_code, reason_message)
     select :id, :listId, :memberId, :action, :state, :memberId, 'api', at, case when :state <> 'queued' then at end,
       case when :state = 'applied' then '6' end, case when :state = 'applied' then 'modified' end,
       case when :state in ('failed', 'cancelled') then 'X' end, case when :state in ('failed', 'cancelled') then 'x' end
     from (select now() - make_interval(mins => :agoMinutes) as at) as said`,
    { id, listId, memberId, action, state, agoMinutes },
  )
  return id
}

const ask = async (action: ChangeAction) => {
  const [answer] = await db.transaction((tx) =>
    requestChanges(tx, {
      member: { id: memberId, uid: 'alice' },
      requestedBy: { id: memberId },
      via: 'api',
      requestId: null,
      wishes: [{ listName: 'news', action }],
      seesHidden: false,
      mirrorMaxAgeS: 360,
      removalLimit: { percent: 20, count: 5 },
      spend: async () => {},
    }),
  )
  return answer?.change
}

it('what stands is answered with the last change that brought it about', async () => {
  await said('subscribe', 'applied', 30)
  await said('unsubscribe', 'applied', 20)
  const last = await said('subscribe', 'applied', 10)
  expect(await ask('subscribe')).toMatchObject({ id: last, state: 'applied' })
})

it('what another tool has brought about since is answered as what the directory has', async () => {
  const asFound = { id: null, action: 'subscribe', state: 'applied', via: 'sync', proof: { version: '7' } }
  // Ours took her off.
  await said('subscribe', 'applied', 30)
  await said('unsubscribe', 'applied', 20)
  expect(await ask('subscribe')).toMatchObject(asFound)
  // And could not put her on again.
  await said('subscribe', 'failed', 10)
  expect(await ask('subscribe')).toMatchObject(asFound)
})
