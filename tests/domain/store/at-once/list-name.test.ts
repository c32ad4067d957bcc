import { expect, it } from 'vitest'
import { createList } from '../../../../domain/store/lists/create-list.ts'
import { databaseTime } from '../../../../domain/store/database-time.ts'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { mirrorLists } from '../../../../domain/store/mirror/mirror-lists.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits } from '../../../_support/world.ts'

const read = (name: string, n: number) => ({
  list: {
    entryUuid: 'e1',
    version: `2026112100000${n}.000000Z#000000#000#000000`,
    dn: `cn=${name}`,
    name,
    displayName: name,
    description: '',
    ownerKeys: [],
  },
  members: new Map<string, string>(),
})

it('a list that another tool renames while an admin creates one of that name is left out, and the read goes on', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 5 })
  cleanUpAfter(t, () => db.destroy())
  const [admin] = await rows<{ id: string }>(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name) values (gen_random_uuid(), 'a', '1', 'a', 'a', 'a', 'a') returning id`,
  )
  await rows(db, `insert into sync_run (id, mode, state, ended_at) values (:id, 'full', 'done', now())`, {
    id: newId(),
  })
  const options = async () => ({
    firstJoin: 'open' as const,
    firstHidden: false,
    listClass: 'groupOfUniqueNames' as const,
    placeholderKey: 'cn=nobody',
    begunAt: await databaseTime(db),
    again: new Set<string>(),
  })
  await mirrorLists(db, [read('news', 1)], await options())
  const creating = await db.transaction()
  await createList(creating, {
    list: { name: 'jobs' },
    memberId: admin?.id ?? '',
    via: 'web',
    requestId: null,
  })
  const sync = mirrorLists(db, [read('jobs', 2)], await options())
  sync.catch(() => undefined)
  await somebodyWaits({ db })
  await creating.commit()
  expect(await sync).toMatchObject({ taken: ['jobs'] })
  expect(await rows(db, `select name, state from list order by state`)).toEqual([
    { name: 'jobs', state: 'creating' },
    { name: 'jobs', state: 'gone' },
  ])
})
