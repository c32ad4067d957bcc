import { beforeEach, describe, expect, it } from 'vitest'
import { databaseTime } from '../../../domain/store/database-time.ts'
import { type Database, openDatabase, rows } from '../../../domain/store/database.ts'
import { markListGone } from '../../../domain/store/mirror/mark-list-gone.ts'
import { mirrorLists } from '../../../domain/store/mirror/mirror-lists.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { closeLists } from '../../../worker/sync/close-lists.ts'
import { refuseEmptiness } from '../../../worker/sync/refuse-emptiness.ts'
import type { SyncContext } from '../../../worker/context.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createTestDatabase } from '../../_support/servers.ts'
import { testLog } from '../../_support/world.ts'

let db: Database
let context: SyncContext

beforeEach(async (t) => {
  const { url } = await createTestDatabase(t)
  db = openDatabase(url, { poolMax: 2 })
  cleanUpAfter(t, () => db.destroy())
  context = { db, log: testLog } as unknown as SyncContext
})

/** So many lists more. */
async function lists(count: number, managed = true): Promise<string[]> {
  const ids = Array.from({ length: count }, newId)
  await rows(
    db,
    `insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane, managed)
     select id, id::text, '1', id::text, id::text, id::text, 'open', 0, :managed from unnest(:ids::uuid[]) as id`,
    { ids, managed },
  )
  return ids
}

const people = (count: number, state: 'present' | 'gone') =>
  rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name, state, gone_at)
     select id, id::text, '1', id::text, id::text, id::text, id::text, :state, case when :state = 'gone' then now() end
     from unnest(:ids::uuid[]) as id`,
    { ids: Array.from({ length: count }, newId), state },
  )

/** How many of the lists wait for an admin. */
const held = async () => (await rows(db, 'select 1 from list where hold_id is not null')).length
const hoursAgo = (hours: number) =>
  rows(db, `update list set gone_at = gone_at - make_interval(hours => :hours) where state = 'gone'`, {
    hours,
  })

describe('lists that are gone wait for an admin', () => {
  it('where they are more than a fifth and more than five', async () => {
    const ids = await lists(30)
    await closeLists(context, ids.slice(0, 7))
    expect(await held()).toBe(7)
  })

  it('with those that were lost within a day, and a day later no more', async () => {
    const ids = await lists(12)
    await closeLists(context, ids.slice(0, 5))
    expect(await held()).toBe(0)
    await hoursAgo(23)
    await closeLists(context, ids.slice(5, 6))
    expect(await held()).toBe(1)
    await hoursAgo(2)
    await closeLists(context, ids.slice(6, 7))
    expect(await held()).toBe(1)
  })

  it('and not where they are a fifth of all that there were', async () => {
    const ids = await lists(30)
    await closeLists(context, ids.slice(0, 5))
    await closeLists(context, ids.slice(5, 6))
    expect(await held()).toBe(0)
  })

  it('whatever there is that is none of ours', async () => {
    const ids = await lists(29)
    await lists(20, false)
    await closeLists(context, ids.slice(0, 6))
    expect(await held()).toBe(6)
  })

  it.each(['null', `''`])(
    'and those that were left out for their names don’t count (%s)',
    async (version) => {
      const [id = ''] = await lists(30)
      const leftOut = await lists(8)
      await rows(
        db,
        `update list set state = 'gone', gone_at = now(), version = ${version} where id = any(:leftOut::uuid[])`,
        { leftOut },
      )
      await closeLists(context, [id])
      expect(await held()).toBe(0)
    },
  )

  it('also when an admin has said that others were really deleted, before these were gone', async () => {
    const ids = await lists(20)
    await closeLists(context, ids.slice(0, 8))
    expect(await held()).toBe(8)
    await rows(db, `update hold set state = 'approved', ended_at = now() - interval '1 hour'`)
    await rows(db, 'update list set hold_id = null')
    await closeLists(context, ids.slice(8, 9))
    expect(await held()).toBe(1)
  })
})

it('a list that was to be deleted waits for no admin, however many others are gone with it', async () => {
  const ids = await lists(30)
  await rows(db, `update list set state = 'deleting', entry_due_at = now() where id = :id`, { id: ids[0] })
  await closeLists(context, ids.slice(0, 7))
  expect(await held()).toBe(6)
})

it('a list that waits for an admin goes on waiting, with its changes, whoever finds it gone once more', async () => {
  const [id = '', ...others] = await lists(30)
  await people(1, 'present')
  await rows(
    db,
    `insert into change (id, list_id, member_id, action, state, via, requested_by, due_at)
     select gen_random_uuid(), :id, member.id, 'subscribe', 'queued', 'api', member.id, now() from member`,
    { id },
  )
  await closeLists(context, [id, ...others.slice(0, 6)])
  await markListGone(db, id)
  expect(await held()).toBe(7)
  expect(await rows(db, 'select state from change')).toEqual([{ state: 'queued' }])
})

it('a list that comes back is shown as the directory has it, whatever it was to become', async () => {
  const [id = ''] = await lists(10)
  await rows(
    db,
    `update list set name = 'bulletin', wanted_name = 'bulletin', wanted_description = 'All', entry_due_at = now() where id = :id`,
    { id },
  )
  await closeLists(context, [id])
  const list = { entryUuid: id, version: '2', dn: id, name: 'news', displayName: 'news', description: 'Some' }
  await mirrorLists(db, [{ list: { ...list, ownerKeys: [] }, members: new Map() }], {
    listClass: 'groupOfUniqueNames',
    placeholderKey: '',
    firstJoin: 'open',
    firstHidden: false,
    begunAt: await databaseTime(db),
    again: new Set(),
  })
  expect(
    await rows(db, 'select state, name, description, entry_due_at from list where id = :id', { id }),
  ).toEqual([{ state: 'active', name: 'news', description: 'Some', entryDueAt: null }])
})

const refused = (base: 'people' | 'lists', gone: number, before?: number) =>
  refuseEmptiness(context, base, gone, before).then(
    () => false,
    () => true,
  )

describe('what looks as if nobody were left', () => {
  it('is not believed of three or more', async () => {
    await people(3, 'present')
    expect([await refused('people', 3), await refused('people', 2)]).toEqual([true, false])
  })

  it('is believed of one or two', async () => {
    await people(2, 'present')
    expect(await refused('people', 2)).toBe(false)
  })

  it('is not believed of the last two lists where a look found one gone before them', async () => {
    await lists(2)
    expect([await refused('lists', 2), await refused('lists', 2, 1)]).toEqual([false, true])
  })

  it('is so whoever left before', async () => {
    await people(3, 'present')
    await people(4, 'gone')
    expect(await refused('people', 3)).toBe(true)
  })
})
