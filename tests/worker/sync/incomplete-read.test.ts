import { v7 } from 'uuid'
import { expect, it, type TestContext } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { IncompleteRead } from '../../../adapters/ldap/failure.ts'
import { rows } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { alertIncompleteRead } from '../../../worker/sync/alert-incomplete-read.ts'
import type { WorkerContext } from '../../../worker/context.ts'
import { followDirectory } from '../../../worker/sync/follow-directory.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { addMember, confirmed } from './_mirror.ts'

type Following = { world: World; context: WorkerContext; directory: Directory }

/** Follows the directory until the test ends, and confirms that every half second. */
function keepFollowing({ world, context, directory }: Following, t: TestContext): void {
  const stop = new AbortController()
  const following = followDirectory(
    { ...context, directory, syncIntervalS: 2, stopping: stop.signal },
    world.databaseUrl,
  )
  cleanUpAfter(t, async () => {
    stop.abort()
    await following
  })
}

/** The directory is followed, and confirmed every half second; by the clock, nobody reads it. */
async function followedWorld(t: TestContext) {
  const world = await createWorld({}, t)
  const directory = openDirectory(asWorker(world.directory))
  const reads = { areWhole: true }
  const findList: typeof directory.findList = (id) =>
    reads.areWhole ? directory.findList(id) : Promise.reject(new IncompleteRead('a part of the members only'))
  const worker = await world.worker(
    { directory: { ...directory, findList }, followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400' },
  )
  await world.mirrored()
  keepFollowing({ world, context: worker.context, directory }, t)
  await confirmedTwice(world)
  return { world, reads, context: worker.context }
}

/** What is done at a confirmation was done after the first of these. */
const confirmedTwice = async (world: World) => {
  await confirmed(world)
  await confirmed(world)
}

const incidents = ({ db }: World) =>
  rows<{ state: string; outcome: string | null }>(
    db,
    `select state, outcome from incident where kind = 'read-incomplete' order by id`,
  )

const isOpen = (world: World) =>
  waitUntil('admins are told', async () => ((await incidents(world)).length > 0 ? true : null))

const isOver = (world: World) =>
  waitUntil('that is over', async () => {
    const found = await rows(world.db, `select 1 from incident where state = 'resolved' and outcome = 'over'`)
    return found.length === 1 ? true : null
  })

/** As if it had last been met more than a minute ago. */
const aMinutePasses = ({ db }: World) =>
  rows(db, `update incident set last_at = last_at - interval '181 seconds' where state <> 'resolved'`)

/** As if the pause before the next try were over. */
const hurry = ({ db }: World, id: string | null) =>
  rows(
    db,
    `with due as (update change set due_at = now() where id = :id and state = 'queued' returning list_id)
     select pg_notify('change_queued', lane::text) from list where id in (select list_id from due)`,
    { id },
  )

it('what could not be read to be changed is over once nobody has met it for three minutes', async (t) => {
  const { world, reads } = await followedWorld(t)
  reads.areWhole = false
  const { id } = await world.request('bob', 'subscribe', 'news')
  await isOpen(world)
  await confirmedTwice(world)
  expect(await incidents(world)).toEqual([{ state: 'open', outcome: null }])
  await waitUntil('it waits', async () => ((await world.change(id)).state === 'queued' ? true : null))
  reads.areWhole = true
  await hurry(world, id)
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
  await aMinutePasses(world)
  await isOver(world)
  expect(await incidents(world)).toEqual([{ state: 'resolved', outcome: 'over' }])
})

it('what the last read of the whole directory met is over only when the next one does not', async (t) => {
  const { world, context } = await followedWorld(t)
  const ended = (state: 'failed' | 'done', { id = newId(), dryRun = false } = {}) =>
    rows(
      world.db,
      `insert into sync_run (id, mode, dry_run, state, started_at, ended_at) values (:id, 'full', :dryRun, :state, now(), now())`,
      { id, dryRun, state },
    )
  // By a worker whose clock is an hour ahead, and with it what it gives as ids.
  await ended('failed', { id: v7({ msecs: Date.now() + 3_600_000 }) })
  await ended('done', { dryRun: true })
  await alertIncompleteRead(context, new IncompleteRead('a size limit'))
  await aMinutePasses(world)
  await confirmedTwice(world)
  expect(await incidents(world)).toEqual([{ state: 'open', outcome: null }])
  await ended('done')
  await isOver(world)
})

it('a feed that is incomplete is told of, and over once the next one is whole', async (t) => {
  const world = await createWorld({}, t)
  const directory = openDirectory(asWorker(world.directory))
  const { context } = await world.worker(
    { followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400' },
  )
  await world.mirrored()
  // Whoever followed before left it open.
  await alertIncompleteRead(context, new IncompleteRead('a size limit'))
  let isWhole = true
  const feed: Directory['follow'] = async function* (base, from) {
    for await (const events of directory.follow(base, from)) {
      if (!isWhole) throw new IncompleteRead('a part of it is elsewhere')
      yield events
    }
  }
  keepFollowing({ world, context, directory: { ...directory, follow: feed } }, t)
  await isOver(world)
  await confirmedTwice(world)
  isWhole = false
  await addMember(world, 'news', 'ada')
  await waitUntil('admins are told', async () => ((await incidents(world)).length === 2 ? true : null))
  isWhole = true
  await waitUntil('that is over', async () =>
    (await incidents(world)).every(({ state }) => state === 'resolved') ? true : null,
  )
  expect(await incidents(world)).toEqual([
    { state: 'resolved', outcome: 'over' },
    { state: 'resolved', outcome: 'over' },
  ])
})

it.for(['listsBase', 'peopleBase'] as const)(
  'admins are told of a %s that is not there, by its name',
  async (base, t) => {
    const world = await createWorld({}, t)
    const nowhere = 'ou=nowhere,dc=example,dc=org'
    const directory = openDirectory({ ...asWorker(world.directory), [base]: nowhere })
    cleanUpAfter(t, () => directory.close())
    await world.worker({ directory }, { SYNC_INTERVAL_S: '86400', RECONCILE_INTERVAL_S: '86400' })
    await isOpen(world)
    const [incident] = await rows<{ said: string }>(
      world.db,
      `select words ->> 'content' as said from incident`,
    )
    expect(incident?.said).toContain(`${nowhere} is not there`)
  },
)
