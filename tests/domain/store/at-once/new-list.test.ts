import { expect, it } from 'vitest'
import { databaseTime } from '../../../../domain/store/database-time.ts'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { fillLists } from '../../../../domain/store/mirror/fill-lists.ts'
import { insertLists } from '../../../../domain/store/mirror/mirror-list-entries.ts'
import { mirrorLists } from '../../../../domain/store/mirror/mirror-lists.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits } from '../../../_support/world.ts'

const csn = (n: number) => `2026112100000${n}.000000Z#000000#000#000000`
const first = { firstJoin: 'open', firstHidden: false } as const
const klass = { listClass: 'groupOfUniqueNames', placeholderKey: 'cn=nobody' } as const
const read = (n: number, members: string[]) => ({
  list: {
    entryUuid: 'e1',
    version: csn(n),
    dn: 'cn=fresh',
    name: 'fresh',
    displayName: 'fresh',
    description: '',
    ownerKeys: [],
  },
  members: new Map(members.map((key) => [key, key])),
})

it('a list that two reads find at once is looked at again by the one that came second, and its name is nobody else’s', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 5 })
  cleanUpAfter(t, () => db.destroy())
  await rows(
    db,
    `insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
     select gen_random_uuid(), u, '1', u, u, u, u from unnest(array['alice', 'bob']) as u`,
  )
  const begunAt = await databaseTime(db)
  // A read of all has found the new list with alice on it, and its batch is not committed yet.
  const fullRead = await db.transaction()
  const older = read(1, ['alice'])
  const {
    came: [came],
  } = await insertLists(fullRead, [older], first)
  await fillLists(fullRead, [{ id: came?.[1] ?? '', members: older.members }], klass)
  // Bob was put on it since: that is what the feed looks at.
  const feed = mirrorLists(db, [read(2, ['alice', 'bob'])], { ...first, ...klass, begunAt, again: new Set() })
  await somebodyWaits({ db })
  await fullRead.commit()
  const done = await feed
  const onIt = await rows<{ uid: string }>(
    db,
    'select m.uid from membership s join member m on m.id = s.member_id order by m.uid',
  )
  expect({ ...done, onIt: onIt.map(({ uid }) => uid) }).toMatchObject({ taken: [], left: ['e1'] })
})
