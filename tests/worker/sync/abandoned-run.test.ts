import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'

it('a read that an admin asked for ends although the worker that had begun it was killed', async (t) => {
  const world = await createWorld({}, t)
  await world.worker()
  await world.mirrored()
  await waitUntil('the feed is alive', async () => {
    const feeds = await rows(world.db, `select 1 from feed where confirmed_at is not null`)
    return feeds.length === 2 ? true : null
  })
  // What a killed worker leaves: a run that it had in hand, and a turn that has nearly run out.
  await world.db.transaction(async (tx) => {
    await rows(
      tx,
      `insert into turn (name, token, until) values ('sync-directory', gen_random_uuid(), now() + interval '2 seconds')
       on conflict (name) do update set token = excluded.token, until = excluded.until`,
    )
    await rows(
      tx,
      `insert into sync_run (id, mode, state, created_at, started_at) values (uuidv7(), 'full', 'running', now(), now())`,
    )
  })
  // A dozen sweeps later.
  await expect
    .poll(() => rows(world.db, `select 1 from sync_run where state = 'running'`), { timeout: 12_000 })
    .toEqual([])
})
