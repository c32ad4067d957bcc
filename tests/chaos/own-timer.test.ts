import { expect, it } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import { jobsAway } from '../_support/other-jobs.ts'
import { createWorld, waitUntil } from '../_support/world.ts'

it('without a job store a worker sweeps by its own timer', async (t) => {
  const world = await createWorld({}, t)
  await world.worker({ jobs: jobsAway }, { SWEEP_INTERVAL_S: '1' })
  await world.mirrored()
  await waitUntil('its look at start is over', async () => {
    const [swept] = await rows(world.db, 'select from installation where swept_at is not null')
    return swept ?? null
  })
  const id = newId()
  await rows(
    world.db,
    `insert into change (id, list_id, member_id, action, state, via)
     select :id, l.id, m.id, 'subscribe', 'queued', 'api' from list l, member m where l.name = 'news' and m.uid = 'bob'`,
    { id },
  )
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
})
