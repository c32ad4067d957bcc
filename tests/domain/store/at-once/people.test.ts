import { expect, it } from 'vitest'
import { databaseTime } from '../../../../domain/store/database-time.ts'
import { openDatabase, rows } from '../../../../domain/store/database.ts'
import { writePeople, markPeopleGone } from '../../../../domain/store/mirror/mirror-people.ts'
import { cleanUpAfter } from '../../../_support/cleanup.ts'
import { createTestDatabase } from '../../../_support/servers.ts'
import { somebodyWaits } from '../../../_support/world.ts'

const person = (entryUuid: string, n: number) => ({
  entryUuid,
  version: `2026112100000${n}.000000Z#000000#000#000000`,
  dn: entryUuid,
  dnKey: entryUuid,
  uid: entryUuid,
  displayName: entryUuid,
  mails: [],
  gidNumber: null,
})
it.for(['write', 'gone'] as const)(
  'two reads that see the same people in another order both write them (%s)',
  async (kind, t) => {
    const { url } = await createTestDatabase(t)
    const db = openDatabase(url, { poolMax: 6 })
    cleanUpAfter(t, () => db.destroy())
    await writePeople(
      db,
      ['a', 'b', 'm'].map((id) => person(id, 1)),
      await databaseTime(db),
    )
    const begunAt = await databaseTime(db)
    const somebody = await db.transaction()
    await rows(somebody, `select 1 from member where entry_uuid = 'm' for update`)
    const first = writePeople(
      db,
      ['a', 'm', 'b'].map((id) => person(id, 2)),
      begunAt,
    )
    await somebodyWaits({ db })
    const second =
      kind === 'write'
        ? writePeople(
            db,
            ['b', 'a'].map((id) => person(id, 2)),
            begunAt,
          )
        : markPeopleGone(db, ['b', 'a'])
    await somebodyWaits({ db }, 2)
    await somebody.commit()
    expect(
      (await Promise.allSettled([first, second])).map((one) =>
        one.status === 'rejected' ? String(one.reason) : 'done',
      ),
    ).toEqual(['done', 'done'])
  },
)
