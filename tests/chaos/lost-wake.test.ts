import { expect, it } from 'vitest'
import { rows } from '../../domain/store/database.ts'
import { createWorld } from '../_support/world.ts'

it('a wake that a worker won, and died before it was a job, is won again', async (t) => {
  const world = await createWorld({}, t)
  await world.worker()
  await world.mirrored()
  await rows(world.db, `update lane set wake_at = now() - interval '11 seconds'`)
  const { id } = await world.request('bob', 'subscribe', 'news')
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
})
