import { expect, it, type TestContext } from 'vitest'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { readVersionsOfPeople } from '../../../../domain/store/mirror/known-entries.ts'
import { readKeysOfLists } from '../../../../domain/store/mirror/mirrored-keys.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'

/** A list with these people on it. */
async function mirrorOf(
  t: TestContext,
  people: readonly { id: string; version: string; state: 'present' | 'gone' }[],
) {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  const listId = newId()
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
     values (:listId, 'news', '1', 'cn=news', 'news', 'news', 'open', 0)`,
    { listId },
  )
  for (const { id, version, state } of people)
    await rows(
      db,
      `with placed as (
         insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, state, gone_at)
         values (:memberId, :id, :version, :id, :id, :id, :id, :state, case :state when 'gone' then now() end)
         returning id)
       insert into membership (list_id, member_id) select :listId, id from placed`,
      { memberId: newId(), listId, id, version, state },
    )
  return { db, listId }
}

it('the version of everybody is known, however long the ids of the directory are', async (t) => {
  const [short, long] = ['alice', '7b6e9bd4-5a5d-4c8e-9f4f-2f0d3a1c9e77:of-another-server']
  const { db } = await mirrorOf(t, [
    { id: short, version: '20260101000000.000000Z#000000#000#000000', state: 'present' },
    { id: long, version: '', state: 'present' },
    { id: 'bob', version: '20260101000000Z', state: 'gone' },
  ])
  expect(await readVersionsOfPeople(db)).toEqual(
    new Map([
      [short, '20260101000000.000000Z#000000#000#000000'],
      [long, ''],
      ['bob', null],
    ]),
  )
})

it('a mirror of people who are all gone has nobody’s version, and nobody on its lists', async (t) => {
  const { db, listId } = await mirrorOf(t, [
    { id: 'alice', version: '1', state: 'gone' },
    { id: 'bob', version: '2', state: 'gone' },
  ])
  expect(await readVersionsOfPeople(db)).toEqual(
    new Map([
      ['alice', null],
      ['bob', null],
    ]),
  )
  expect(await readKeysOfLists(db, 'groupOfUniqueNames', [listId])).toEqual(new Map([[listId, []]]))
})
