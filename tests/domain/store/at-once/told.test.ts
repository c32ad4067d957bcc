import { beforeEach, expect, it } from 'vitest'
import { markRefusalsTold } from '../../../../domain/store/apply/untold-refusals.ts'
import { tellMembers } from '../../../../domain/store/changes/tell-members.ts'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { atOnce } from './_at-once.ts'

let db: Database
const listId = newId()
/** In the order of their ids; written the other way round. */
const three = ['a', 'm', 'z'].map((uid) => ({ uid, memberId: newId(), id: newId() }))
const inTheMiddle = three[1]?.id ?? ''

beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 6 })
  cleanUpAfter(t, () => db.destroy())
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane) values (:listId, 'l', '1', 'l', 'l', 'l', 'open', 0)`,
    { listId },
  )
  for (const { uid, memberId } of three)
    await rows(
      db,
      `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, mails) values (:memberId, :uid, '1', :uid, :uid, :uid, :uid, '{a@example.org}')`,
      { memberId, uid },
    )
})

const tell = (how: { observeOnly?: boolean } = {}) =>
  tellMembers(db, () => ({ content: 'x', subject: 'x', text: 'x' }), how)

it('members are told of what failed while admins are', async () => {
  for (const { id, memberId } of three.toReversed())
    await rows(
      db,
      `insert into change (id, list_id, member_id, action, state, via, requested_by, ended_at, reason_code, reason_message, refusal, refusal_message)
       values (:id, :listId, :memberId, 'subscribe', 'failed', 'web', :memberId, now() - interval '2 minutes', 'X', 'x', '50', 'x')`,
      { id, listId, memberId },
    )
  await rows(db, 'analyze')
  const telling = await atOnce(
    db,
    `select 1 from change where id = '${inTheMiddle}' for update`,
    () => tell(),
    () =>
      db.transaction((tx) =>
        markRefusalsTold(
          tx,
          three.map(({ id }) => id),
        ),
      ),
  )
  expect(telling).toEqual(['done', 'done'])
})

it('members are told of what another tool did while a worker with WRITES=off passes that over', async () => {
  const [one] = three
  for (const { id } of three.toReversed()) {
    await rows(
      db,
      `insert into drift (id, list_id, version_before, version_after, joined, parted, policy, at)
       values (:id, :listId, '1', '2', 1, 0, 'adopt', now() - interval '2 minutes')`,
      { id, listId },
    )
    await rows(
      db,
      `insert into drift_member (drift_id, member_id, way, untold) values (:id, :memberId, 'joined', true)`,
      {
        id,
        memberId: one?.memberId,
      },
    )
  }
  await rows(db, 'analyze')
  const telling = await atOnce(
    db,
    `select 1 from drift_member where drift_id = '${inTheMiddle}' for update`,
    () => tell(),
    () => tell({ observeOnly: true }),
  )
  expect(telling).toEqual(['done', 'done'])
})
