import { beforeEach, expect, it } from 'vitest'
import { forgetIdleRefusals } from '../../../../domain/store/apply/refused-lists.ts'
import { databaseTime } from '../../../../domain/store/database-time.ts'
import { type Database, openDatabase, rows } from '../../../../domain/store/database.ts'
import { letListsGo } from '../../../../domain/store/holds/hold-lists.ts'
import { forgetUnread } from '../../../../domain/store/mirror/awaited-lists.ts'
import { mirrorLists } from '../../../../domain/store/mirror/mirror-lists.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { atOnce } from './_at-once.ts'

let db: Database
/** In the order of their ids; written, and named by the directory, the other way round. */
const three = ['z', 'm', 'a'].map((name) => ({ name, id: newId() }))
const names = three.map(({ name }) => name)

beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 6 })
  cleanUpAfter(t, () => db.destroy())
  for (const { name, id } of three.toReversed()) await addList(name, id, null)
})

const addList = (name: string, id: string, holdId: string | null) =>
  rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane, hold_id)
     values (:id, :name, '1', :name, :name, :name, 'open', 0, :holdId)`,
    { id, name, holdId },
  )

const listOf = (name: string) => ({
  entryUuid: name,
  version: '2',
  dn: name,
  name,
  displayName: name,
  description: '',
  ownerKeys: [],
})

const read = async () => {
  const begunAt = await databaseTime(db)
  await mirrorLists(
    db,
    names.map((name) => ({ list: listOf(name), members: new Map<string, string>() })),
    {
      firstJoin: 'open',
      firstHidden: false,
      listClass: 'groupOfUniqueNames',
      placeholderKey: 'x',
      begunAt,
      again: new Set(),
    },
  )
}
const theOneInTheMiddle = `select 1 from list where name = 'm' for update`

it('refusals of which nothing is left are forgotten while the directory is read', async () => {
  await rows(db, `update list set refused_code = '50', refused_reason = 'x'`)
  // As the updates left them.
  for (const { name } of three.toReversed())
    await rows(db, 'update list set updated_at = now() where name = :name', { name })
  await rows(db, 'analyze')
  expect(await atOnce(db, theOneInTheMiddle, read, () => forgetIdleRefusals(db))).toEqual(['done', 'done'])
})

it('lists that wait for their names are not found while the directory is read', async () => {
  await rows(db, `update list set state = 'gone', gone_at = now(), version = null`)
  expect(await atOnce(db, theOneInTheMiddle, read, () => forgetUnread(db, names))).toEqual(['done', 'done'])
})

it('lists of two holds come back in two reads', async () => {
  const [older, newer] = [newId(), newId()]
  for (const id of [older, newer])
    await rows(
      db,
      `insert into hold (id, kind, state, expires_at, ended_at)
       values (:id::uuid, 'lists-gone', case when :id::uuid = :newer::uuid then 'waiting' else 'approved' end, now() + interval '1 day',
         case when :id::uuid <> :newer::uuid then now() end)`,
      { id, newer },
    )
  const [one, other] = [[newId(), newId()] as const, [newId(), newId()] as const]
  await addList('b', one[0], older)
  await addList('c', one[1], newer)
  await addList('d', other[0], newer)
  await addList('e', other[1], older)
  const comeBack = (listIds: readonly string[]) => () =>
    db.transaction(async (tx) => {
      await rows(tx, 'select 1 from list where id = any(:listIds::uuid[]) for update', { listIds })
      await letListsGo(tx, listIds)
    })
  const back = await atOnce(
    db,
    `select 1 from hold where id = '${older}' for update`,
    comeBack(one),
    comeBack(other),
  )
  expect(back).toEqual(['done', 'done'])
})
