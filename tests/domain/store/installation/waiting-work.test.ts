import { beforeAll, beforeEach, expect, it } from 'vitest'
import { rows } from '../../../../domain/store/database.ts'
import { newId } from '../../../../domain/store/new-id.ts'
import { readLoad } from '../../../../domain/store/installation/read-load.ts'
import { readTroubles } from '../../../../domain/store/incidents/read-troubles.ts'
import { createWorld, type World } from '../../../_support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
})
beforeEach(async () => {
  await rows(world.db, 'delete from change')
  await rows(world.db, 'update list set hold_id = null, entry_due_at = null, wanted_description = null')
  await rows(
    world.db,
    'update target set paused_at = null, reason_code = null, reason = null, probe_at = null, resumed_at = null',
  )
})

const late = async () => (await readTroubles(world.db, 3000)).queueWaiting
const oldestS = async () => Math.round((await readLoad(world.db)).oldestDueS / 60) * 60

/** Somebody asked ten minutes ago, and it was put off again and again. */
async function putOff(state = 'queued') {
  const change = await world.request('bob', 'subscribe', 'jobs')
  await rows(
    world.db,
    `update change set state = :state, attempts = 9, due_at = now() + interval '4 minutes', wanted_since = now() - interval '10 minutes'
     where id = :id`,
    { id: change.id, state },
  )
}

it('sees what is tried again and again', async () => {
  await putOff()
  expect([await late(), await oldestS()]).toEqual([1, 600])
  await rows(world.db, `update change set state = 'applying'`)
  expect(await late()).toBe(1)
})

it('sees an entry that is tried again and again', async () => {
  await rows(
    world.db,
    `update list set entry_due_at = now(), wanted_description = 'new', entry_wanted_since = now() - interval '10 minutes' where name = 'chess'`,
  )
  await rows(
    world.db,
    `update list set entry_wanted_since = now() - interval '10 minutes' where name = 'chess'`,
  )
  await rows(world.db, `update list set entry_due_at = now() + interval '5 minutes' where name = 'chess'`)
  expect([await late(), await oldestS()]).toEqual([1, 600])
  await rows(world.db, `update list set entry_due_at = null, wanted_description = null where name = 'chess'`)
  expect([await late(), await oldestS()]).toEqual([0, 0])
})

it('does not count what waits for a person', async () => {
  await putOff('awaiting_approval')
  expect([await late(), await oldestS()]).toEqual([0, 0])
  await rows(world.db, `update change set state = 'queued'`)
  const holdId = newId()
  await rows(
    world.db,
    `insert into hold (id, kind, expires_at) values (:holdId, 'lists-gone', now() + interval '90 days')`,
    { holdId },
  )
  await rows(world.db, `update list set hold_id = :holdId where name = 'jobs'`, { holdId })
  expect([await late(), await oldestS()]).toEqual([0, 0])
})

it('does not count a pause, of which admins know, nor take what waited through it for late', async () => {
  await putOff()
  await rows(
    world.db,
    `update target set paused_at = now(), reason_code = '50', reason = 'no write access', probe_at = now()`,
  )
  expect(await late()).toBe(0)
  const resumedAgo = (interval: string) =>
    rows(
      world.db,
      `update target set paused_at = null, reason_code = null, reason = null, probe_at = null,
         resumed_at = now() - cast(:interval as interval)`,
      { interval },
    )
  await resumedAgo('1 minute')
  expect(await late()).toBe(0)
  await resumedAgo('6 minutes')
  expect(await late()).toBe(1)
})
