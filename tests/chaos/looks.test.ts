import { expect, it, type TestContext } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import { stillJobs } from '../_support/other-jobs.ts'
import { createWorld, waitUntil, type World } from '../_support/world.ts'

const looking = (world: World) => world.worker({ jobs: stillJobs, followsDirectory: false })

/** A world whose directory was read, and where no worker runs. */
async function asleep(t: TestContext): Promise<World> {
  const world = await createWorld({}, t)
  const worker = await world.worker()
  await world.mirrored()
  await worker.stop()
  await rows(world.db, 'update installation set swept_at = null')
  return world
}

it('a worker that starts finds what was accepted before, whatever its jobs do', async (t) => {
  const world = await asleep(t)
  const { id } = await world.request('bob', 'subscribe', 'news')
  await looking(world)
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
})

it('a worker that listens again finds what it did not hear, whatever its jobs do', async (t) => {
  const world = await asleep(t)
  await looking(world)
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
  await rows(
    world.db,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'guildpost-listen'`,
  )
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
})
