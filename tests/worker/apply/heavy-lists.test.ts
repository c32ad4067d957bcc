import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { drainLane } from '../../../worker/apply/drain-lane.ts'
import { heavySlot } from '../../../worker/apply/heavy-slot.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'

it('has a heavy list wait for its slot without a lease, and the others of its lane not at all', async (t) => {
  const world = await createWorld({}, t)
  // Nobody reads the directory again: who is put on the list below is not in it.
  const worker = await world.worker(
    { followsDirectory: false },
    { SWEEP_INTERVAL_S: '600', SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400' },
  )
  await world.mirrored()
  await rows(world.db, 'update list set lane = 3')
  // Nobody else is woken for this lane.
  await rows(world.db, `update lane set wake_at = now() + interval '1 hour' where number = 3`)
  await rows(
    world.db,
    `with people as (
       insert into member (id, entry_uuid, version, dn, dn_key, uid, display_name)
       select id, id::text, '', id::text, id::text, id::text, ''
       from (select gen_random_uuid() as id from generate_series(1, 10000)) as fresh returning id)
     insert into membership (list_id, member_id) select l.id, p.id from people p, list l where l.name = 'news'`,
  )
  const heavy = await world.request('bob', 'subscribe', 'news')
  const light = await world.request('bob', 'subscribe', 'jobs')
  // The worker's own look at any lane has it for a moment.
  const takeSlot = () => waitUntil('the slot is free', async () => worker.context.heavySlot.take(1))
  const giveBack = await takeSlot()
  // Whenever the lane is due again, as its job does.
  await waitUntil('the light list has had its turn', async () => {
    expect(await drainLane(worker.context, 3)).toBeGreaterThan(0)
    return (await world.change(light.id)).state === 'applied' ? true : null
  })
  expect(await world.change(heavy.id)).toMatchObject({ state: 'queued' })
  expect(await rows(world.db, 'select 1 from list where lease_token is not null')).toEqual([])
  giveBack()
  await waitUntil('its turn has come', async () => {
    await drainLane(worker.context, 3)
    return (await world.change(heavy.id)).state === 'applied' ? true : null
  })
  // Given back: the next one may take it.
  await takeSlot()
}, 60_000)

it('gives the slot to the lane that waits longest, and to no lane that has gone', () => {
  let now = 0
  const slot = heavySlot(() => now)
  const giveBack = slot.take(1)
  expect(slot.take(2)).toBeNull()
  slot.wants(2)
  slot.wants(3)
  giveBack?.()
  expect(slot.take(1)).toBeNull()
  expect(slot.take(3)).toBeNull()
  const second = slot.take(2)
  expect(second).not.toBeNull()
  second?.()
  second?.()
  expect(slot.take(1)).toBeNull()
  now += 10_000
  expect(slot.take(1)).not.toBeNull()
})
