import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { databaseTime } from '../../../domain/store/database-time.ts'
import { mirrorLists } from '../../../domain/store/mirror-lists.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'

it.for(['new', 'known'] as const)(
  'puts nobody on a %s list who is deleted this very moment',
  async (kind, t) => {
    const world = await createWorld({}, t)
    const worker = await world.worker()
    await world.mirrored()
    await worker.stop()
    const [alice, bob] = [await world.memberId('alice'), await world.memberId('bob')]
    await rows(world.db, 'delete from membership where member_id = any(:ids)', { ids: [alice, bob] })

    const list = {
      entryUuid: 'of-this-test',
      version: '20261121000000.000000Z#000000#000#000000',
      dn: world.directory.listDn('fresh'),
      name: 'fresh',
      displayName: 'fresh',
      description: '',
      ownerKeys: [],
    }
    const options = {
      listClass: 'groupOfUniqueNames',
      placeholderKey: 'cn=nobody',
      firstJoin: 'open',
      firstHidden: false,
      begunAt: await databaseTime(world.db),
      again: new Set<string>(),
    } as const
    if (kind === 'known') {
      const before = { ...list, version: '20261120000000.000000Z#000000#000#000000' }
      await mirrorLists(world.db, [{ list: before, members: new Map() }], options)
    }

    const deleting = await world.db.transaction()
    await rows(deleting, 'delete from member where id = :alice', { alice })
    const members = new Map(
      ['alice', 'bob'].map((uid) => [
        world.directory.personDn(uid).toLowerCase(),
        world.directory.personDn(uid),
      ]),
    )
    const mirroring = mirrorLists(world.db, [{ list, members }], {
      ...options,
      begunAt: await databaseTime(world.db),
    })
    await waitUntil('the mirror waits for the member', async () => {
      const [waits] = await rows(
        world.db,
        `select 1 from pg_locks where not granted and locktype = 'transactionid'`,
      )
      return waits ?? null
    })
    await deleting.commit()
    expect(await mirroring).toMatchObject({ written: 1 })
    expect(
      await rows(
        world.db,
        `select member_id from membership s join list l on l.id = s.list_id where l.name = 'fresh'`,
      ),
    ).toEqual([{ memberId: bob }])
  },
)
