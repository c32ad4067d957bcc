import { expect, it } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { sweep } from '../../../worker/jobs/sweep.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { jobsAway, stillJobs } from '../../_support/other-jobs.ts'
import { startTestMailSink } from '../../_support/servers.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

/** A change that is there, and of which no worker was told. */
async function unheardOf(world: World, uid: string, list: string): Promise<string> {
  const id = newId()
  await rows(
    world.db,
    `insert into change (id, list_id, member_id, action, state, via)
     select :id, l.id, m.id, 'subscribe', 'queued', 'api' from list l, member m where l.name = :list and m.uid = :uid`,
    { id, list, uid },
  )
  return id
}

it('finds a change whose NOTIFY was lost', async (t) => {
  const world = await createWorld({}, t)
  await world.worker()
  await world.mirrored()
  expect(await world.ended(await unheardOf(world, 'bob', 'news'))).toMatchObject({ state: 'applied' })
})

it('finds at start what was accepted while no worker was there', async (t) => {
  const world = await createWorld({}, t)
  const first = await world.worker()
  await world.mirrored()
  await first.stop()
  const { id } = await world.request('bob', 'subscribe', 'news')
  await world.worker({}, { SWEEP_INTERVAL_S: '3600' })
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
})

it('finds what came while it could not listen', async (t) => {
  const world = await createWorld({}, t)
  await world.worker({}, { SWEEP_INTERVAL_S: '3600' })
  await world.mirrored()
  const id = await unheardOf(world, 'bob', 'news')
  await rows(
    world.db,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'guildpost-listen'`,
  )
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
})

it('ends what is left of a list that is not managed any more', async (t) => {
  const world = await createWorld({}, t)
  await world.worker()
  await world.mirrored()
  await rows(world.db, `update list set managed = false where name = 'news'`)
  expect(await world.ended(await unheardOf(world, 'bob', 'news'))).toMatchObject({
    reason: { code: 'LIST_UNMANAGED' },
  })
})

it('finds a read of the directory that was asked for, and of which no worker heard', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker({ jobs: stillJobs, followsDirectory: false })
  await waitUntil('its look at start is over', async () => {
    const [swept] = await rows(world.db, 'select 1 from installation where swept_at is not null')
    return swept ?? null
  })
  await rows(world.db, `insert into sync_run (id, mode) values (:id, 'full')`, { id: newId() })
  await sweep(context)
  await expect.poll(() => rows(world.db, 'select state from sync_run')).toEqual([{ state: 'done' }])
})

it('sends the mail of which no worker heard, also where something else can’t be looked after, and says what', async (t) => {
  const world = await createWorld({}, t)
  const sink = await startTestMailSink(t)
  // Its own look at start waits for that.
  const started = Promise.withResolvers<void>()
  const jobs = { ...stillJobs, start: () => started.promise }
  const { context } = await world.worker({ jobs, followsDirectory: false }, { SMTP_URL: sink.url })
  cleanUpAfter(t, started.resolve)
  await rows(world.db, 'alter table hold rename to hold_away')
  await rows(
    world.db,
    `insert into mail (id, kind, to_address, subject, text_body) values (:id, 'change-ended', 'bob@example.org', 'You’re on news now.', 'Proven.')`,
    { id: newId() },
  )
  await expect(sweep(context)).rejects.toThrow('"hold" does not exist')
  expect(sink.messages.map(({ to }) => to)).toEqual([['bob@example.org']])
})

it('applies without a job store, and reads the directory too', async (t) => {
  const world = await createWorld({}, t)
  await world.worker({ jobs: jobsAway })
  await world.mirrored()
  expect(await world.ended((await world.request('bob', 'subscribe', 'news')).id)).toMatchObject({
    state: 'applied',
  })
})
