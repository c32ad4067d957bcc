import { expect, it, type TestContext } from 'vitest'
import { openDirectory } from '../../adapters/ldap/directory.ts'
import { openDatabase, rows } from '../../domain/store/database.ts'
import { leaseDueList } from '../../domain/store/apply/lease-list.ts'
import { newId } from '../../domain/store/new-id.ts'
import { pauseTarget, resumeTarget } from '../../domain/store/apply/target.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase } from '../_support/servers.ts'
import { createWorld, waitUntil } from '../_support/world.ts'
import { asWorker } from '../../sandbox/servers/as-worker.ts'

it('a list that takes longer to read than a lease lasts is read once, and its change applied', async (t) => {
  const world = await createWorld({}, t)
  const directory = openDirectory(asWorker(world.directory))
  let reads = 0
  await world.worker({
    followsDirectory: false,
    leaseMs: 1500,
    directory: {
      ...directory,
      findList: async (entryUuid) => {
        reads += 1
        const read = await directory.findList(entryUuid)
        // Until the lease would have run out that was taken for this.
        const [leased] = await rows<{ until: Date }>(
          world.db,
          'select lease_until as until from list where entry_uuid = :entryUuid',
          { entryUuid },
        )
        await waitUntil('that time is over', async () =>
          Date.now() > (leased?.until ?? new Date()).getTime() + 500 ? true : null,
        )
        return read
      },
    },
  })
  await world.mirrored()
  const { id } = await world.request('bob', 'subscribe', 'news')
  await waitUntil('the change has ended, or the list is read anew', async () => {
    const { endedAt } = await world.change(id)
    return endedAt !== null || reads > 1 ? true : null
  })
  expect(await world.change(id)).toMatchObject({ state: 'applied' })
})

/** A change that waits for a worker, and how one would lease its list. */
async function waiting(t: TestContext) {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { name: 'test' })
  cleanUpAfter(t, () => db.destroy())
  const [listId, memberId, id] = [newId(), newId(), newId()]
  await rows(
    db,
    `with listed as (
       insert into list (id, entry_uuid, version, dn, name, display_name, join_policy, lane)
       values (:listId, 'list', '1', 'news', 'news', 'news', 'open', 0)
     ), placed as (
       insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
       values (:memberId, 'bob', '1', 'bob', 'bob', 'bob', 'bob')
     )
     insert into change (id, list_id, member_id, action, state, requested_by, via)
     values (:id, :listId, :memberId, 'subscribe', 'queued', :memberId, 'api')`,
    { listId, memberId, id },
  )
  const lease = async () => {
    const leased = await leaseDueList(db, { lane: 0, leaseMs: 30_000, observeOnly: false })
    return leased?.changes.map((change) => change.id)
  }
  return { db, listId, id, lease }
}

it('a list that a worker has in hand is not leased again', async (t) => {
  const { id, lease } = await waiting(t)
  expect(await lease()).toEqual([id])
  expect(await lease()).toBeUndefined()
})

it('a list of a paused target is not leased until that takes changes again', async (t) => {
  const { db, listId, id, lease } = await waiting(t)
  await pauseTarget(db, 'ldap', { code: '50', reason: 'no write access', listId, probeInMs: 60_000 })
  expect(await lease()).toBeUndefined()
  await resumeTarget(db, { name: 'ldap' }, { except: [] })
  expect(await lease()).toEqual([id])
})
