import { expect, it, type TestContext } from 'vitest'
import { type Database, openDatabase, rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { lookAround } from '../../../worker/watch/look-around.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createWorld, type World } from '../../_support/world.ts'

it('what is only observed waits for nobody: its queue is no trouble', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker({}, { WRITES: 'off' })
  await world.mirrored()
  await rows(
    world.db,
    `insert into change (id, list_id, member_id, action, state, via, due_at, wanted_since)
     select :id, l.id, m.id, 'subscribe', 'queued', 'api', now(), now() - interval '6 minutes'
     from list l, member m where l.name = 'chess' and m.uid = 'bob'`,
    { id: newId() },
  )
  expect(await lookAround(context, world.db)).toMatchObject({ 'queue-old': null })
  const writing = { ...context, observeOnly: false }
  expect(await lookAround(writing, world.db)).toMatchObject({ 'queue-old': { waiting: 1 } })
  // What waited for a pause to be over has been due for as long as that is.
  await rows(world.db, 'update target set resumed_at = now()')
  expect(await lookAround(writing, world.db)).toMatchObject({ 'queue-old': null })
})

/** Its Postgres, as it would be with this setting. */
function withOption({ databaseUrl }: World, option: string, t: TestContext): Database {
  const url = new URL(databaseUrl)
  url.searchParams.set('options', `-c ${option}`)
  const db = openDatabase(url.href)
  cleanUpAfter(t, () => db.destroy())
  return db
}

it('a Postgres that takes no writes is away', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker()
  expect(await lookAround(context, withOption(world, 'default_transaction_read_only=on', t))).toMatchObject({
    'postgres-away': { reason: expect.stringContaining('read-only') },
  })
})

it('a Postgres that has no room left is away, although it reads and what is small still fits', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker()
  // A file of no size at all is what a full disk has room for.
  expect(await lookAround(context, withOption(world, 'temp_file_limit=0', t))).toMatchObject({
    'postgres-away': { reason: expect.stringContaining('temporary file size') },
  })
})

it('jobs that are kept in Postgres are away with it, and that is one trouble; in MongoDB it is another', async (t) => {
  const world = await createWorld({}, t)
  const { context } = await world.worker()
  const nowhere = openDatabase('postgres://nobody@127.0.0.1:1/nothing')
  cleanUpAfter(t, () => nowhere.destroy())
  const seen = async (store: 'postgres' | 'mongodb') => {
    const stats = () => ({ store, notifications: 'down', running: 0 }) as const
    const jobs = { ...context.jobs, healthy: async () => false, stats }
    return lookAround({ ...context, jobs }, nowhere)
  }
  const inPostgres = await seen('postgres')
  expect(inPostgres['postgres-away']).toMatchObject({ reason: expect.any(String) })
  expect(inPostgres).not.toHaveProperty('jobs-away')
  expect(await seen('mongodb')).toMatchObject({ 'jobs-away': { reason: 'no answer' } })
})
