import { expect, it, type TestContext, vi } from 'vitest'
import { type Database, openDatabase, rows } from '../../../domain/store/database.ts'
import { recordSaid } from '../../../domain/store/incidents/raise-alert.ts'
import { newId } from '../../../domain/store/new-id.ts'
import type { WorkerContext } from '../../../worker/context.ts'
import { lookAround } from '../../../worker/watch/look-around.ts'
import { startWatching } from '../../../worker/watch/watch.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { runSql } from '../../_support/servers.ts'
import { startTcpProxy } from '../../_support/tcp-proxy.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'

/** What a worker watches with, whose two servers have clocks that can be set, and which looks only when the test says so. */
async function clocks(t: TestContext) {
  const world = await createWorld({}, t)
  const worker = await world.worker({ followsDirectory: false })
  await world.mirrored()
  await runSql(
    world.databaseUrl,
    `create schema ahead;
     create table ahead.clock (by_s integer not null);
     insert into ahead.clock values (0);
     create function ahead.clock_timestamp() returns timestamptz language sql
       as 'select pg_catalog.clock_timestamp() + make_interval(secs => by_s) from ahead.clock'`,
  )
  const url = new URL(world.databaseUrl)
  url.searchParams.set('options', '-c search_path=ahead,pg_catalog,public')
  const db = openDatabase(url.href)
  cleanUpAfter(t, () => db.destroy())
  const given: { readClock: WorkerContext['directory']['readClock'] } = { readClock: async () => null }
  const context: WorkerContext = {
    ...worker.context,
    alertAfterS: 0,
    directory: { ...worker.context.directory, readClock: () => given.readClock() },
  }
  return {
    world,
    db,
    context,
    setPostgres: (byS: number) => runSql(world.databaseUrl, 'update ahead.clock set by_s = $1', [byS]),
    setDirectory: (readClock: WorkerContext['directory']['readClock']) => {
      given.readClock = readClock
    },
    skew: async () => (await lookAround(context, db))['clock-skew'],
  }
}

const aheadBy = (seconds: number) => async () => new Date(Date.now() + seconds * 1000)

/** From each look on this machine's clock goes on by three seconds before an answer comes. */
function slowAnswers(
  t: TestContext,
  { setDirectory }: { setDirectory: (read: () => Promise<null>) => void },
) {
  const now = Date.now.bind(Date)
  const answers = { count: 0 }
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + answers.count * 3000)
  cleanUpAfter(t, () => clock.mockRestore())
  setDirectory(() => {
    answers.count += 1
    return Promise.resolve(null)
  })
  return { answers, over: () => clock.mockRestore() }
}

it.for([60, -60])('a Postgres whose clock is %d seconds off', async (byS, t) => {
  const { setPostgres, setDirectory, skew } = await clocks(t)
  expect(await skew()).toBeNull()
  await setPostgres(byS)
  expect(await skew()).toEqual({ from: 'postgres', skewS: expect.closeTo(byS, -1) as unknown })
  // Whatever the directory says: it is right, has no clock, or can't be asked.
  for (const readClock of [
    aheadBy(0),
    () => Promise.resolve(null),
    () => Promise.reject(new Error('away')),
  ]) {
    setDirectory(readClock)
    expect(await skew()).toMatchObject({ from: 'postgres' })
  }
})

it('a directory whose clock is off, and one that can’t be asked', async (t) => {
  const { setDirectory, skew } = await clocks(t)
  setDirectory(aheadBy(4))
  expect(await skew()).toBeNull()
  setDirectory(aheadBy(-90))
  expect(await skew()).toEqual({ from: 'directory', skewS: expect.closeTo(-90, -1) as unknown })
  setDirectory(() => Promise.reject(new Error('away')))
  expect(await skew()).toBeUndefined()
})

const incidentsOf = (world: World, kind: string) =>
  rows<{ state: string; outcome: string | null; text: string }>(
    world.db,
    `select state, outcome, words ->> 'text' as text from incident where kind = :kind order by began_at`,
    { kind },
  )

it('what a worker says without Postgres whose clock is ten minutes behind is not what was over five minutes ago', async (t) => {
  const { world, db, context } = await clocks(t)
  await rows(
    world.db,
    `insert into incident (id, key, kind, actions, words, state, outcome, began_at, resolved_at)
     values (:id, 'postgres-away', 'postgres-away', '{}', '{}', 'resolved', 'over', now() - interval '20 minutes', now() - interval '5 minutes')`,
    { id: newId() },
  )
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 600_000 })
  cleanUpAfter(t, () => void vi.useRealTimers())
  await lookAround(context, db)
  const words = { content: 'Away', subject: 'Away', text: 'Away' }
  expect(await context.straight.say({ key: 'postgres-away', kind: 'postgres-away', ...words })).toBe(true)
  await recordSaid(context)
  expect(await incidentsOf(world, 'postgres-away')).toHaveLength(2)
})

const incidentIs = (world: World, kind: string, state: string) =>
  waitUntil(`the incident ${kind} is ${state}`, async () => {
    const found = await incidentsOf(world, kind)
    return found.at(-1)?.state === state ? found : null
  })

function watching(t: TestContext, context: WorkerContext, db: Database): void {
  const watch = startWatching(context, db)
  cleanUpAfter(t, () => watch.stop())
}

it('an answer that is slow says nothing about the clocks, and ends no incident', async (t) => {
  const tools = await clocks(t)
  const { world, context, db, setPostgres } = tools
  await setPostgres(60)
  watching(t, context, db)
  const [told] = await incidentIs(world, 'clock-skew', 'open')
  expect(told?.text).toMatch(/Postgres/)
  const slow = slowAnswers(t, tools)
  await expect.poll(() => slow.answers.count, { timeout: 20_000 }).toBeGreaterThan(4)
  expect(await incidentsOf(world, 'clock-skew')).toMatchObject([{ state: 'open' }])
  slow.over()
  await setPostgres(0)
  tools.setDirectory(() => Promise.resolve(null))
  expect(await incidentIs(world, 'clock-skew', 'resolved')).toMatchObject([{ outcome: 'over' }])
})

it('one incident while the jobs’ own Postgres does not answer, over when it is back', async (t) => {
  const world = await createWorld({}, t)
  const url = new URL(world.databaseUrl)
  const real = Number(url.port)
  let isAway = false
  const proxy = await startTcpProxy(() => (isAway ? 9 : real), t)
  url.port = String(proxy.port)
  await world.worker({}, { JOBS_URL: url.href, ALERT_AFTER_S: '1' })
  await world.mirrored()
  isAway = true
  proxy.cut()
  const [told] = await incidentIs(world, 'jobs-away', 'open')
  expect(told?.text).toMatch(/no answer/)
  isAway = false
  expect(await incidentIs(world, 'jobs-away', 'resolved')).toMatchObject([{ outcome: 'over' }])
  expect(await incidentsOf(world, 'postgres-away')).toEqual([])
})
