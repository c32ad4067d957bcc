import { expect, it } from 'vitest'
import { databaseTime } from '../../../../domain/store/database-time.ts'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { writePeople, markPeopleGone } from '../../../../domain/store/mirror/mirror-people.ts'
import { recordDrift } from '../../../../domain/store/mirror/record-drift.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits } from '../../../_support/world.ts'

const person = (entryUuid: string) => ({
  entryUuid,
  version: `20261121000001.000000Z#000000#000#000000`,
  dn: entryUuid,
  dnKey: entryUuid,
  uid: entryUuid,
  displayName: entryUuid,
  mails: [],
  gidNumber: null,
})
it('people leave the directory while it is recorded who took them off a list', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 6 })
  cleanUpAfter(t, () => db.destroy())
  for (const one of ['b', 'm', 'a']) await writePeople(db, [person(one)], await databaseTime(db))
  await rows(db, 'update member set placed = true')
  const listId = newId()
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane) values (:listId, 'l', '1', 'n', 'n', 'n', 'open', 0)`,
    { listId },
  )
  const found = await rows<{ id: string; uid: string }>(db, 'select id, uid from member')
  const idOf = (uid: string) => found.find((one) => one.uid === uid)?.id ?? ''
  const somebody = await db.transaction()
  await rows(somebody, `select 1 from member where entry_uuid = 'm' for update`)
  const recording = db.transaction((tx) =>
    recordDrift(
      tx,
      { joined: [], parted: ['b', 'm', 'a'].map((uid) => ({ listId, memberId: idOf(uid) })) },
      { lists: [{ id: listId, before: '1', after: '2' }], runId: null },
    ),
  )
  recording.catch(() => undefined)
  await somebodyWaits({ db })
  const going = markPeopleGone(db, ['a', 'b'])
  going.catch(() => undefined)
  const waits = somebodyWaits({ db }, 2).catch(() => undefined)
  await Promise.race([going, waits])
  await somebody.commit()
  const both = await Promise.allSettled([recording, going])
  expect(both.map((end) => (end.status === 'rejected' ? String(end.reason) : 'done'))).toEqual([
    'done',
    'done',
  ])
})
