import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createJobs } from '../../../adapters/jobs/create-jobs.ts'
import { whileOnlyOne } from '../../../domain/store/mirror/feed-lock.ts'
import { logFailures } from '../../../worker/jobs/log-failures.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { createTestDatabase } from '../../_support/servers.ts'
import { postgresThatGoesAway } from '../../_support/postgres-away.ts'

type Line = { level: number; msg: string; err?: { message: string } }

/** A log, and what it was told. */
function keepLines() {
  const lines: Line[] = []
  return { lines, log: pino({}, { write: (line) => void lines.push(JSON.parse(line) as Line) }) }
}

it('while Postgres is away whoever would follow the directory says so once, and that it is back', async (t) => {
  const postgres = await postgresThatGoesAway((await createTestDatabase(t, { empty: true })).url, t)
  postgres.goAway()
  const { lines, log } = keepLines()
  const stopping = new AbortController()
  const working = Promise.withResolvers<void>()
  const done = whileOnlyOne(postgres.url, { stopping: stopping.signal, log }, async (until) => {
    working.resolve()
    await new Promise((resolve) => until.addEventListener('abort', resolve, { once: true }))
  })
  cleanUpAfter(t, async () => {
    stopping.abort()
    await done
  })
  await expect.poll(postgres.refused, { timeout: 10_000 }).toBeGreaterThanOrEqual(3)
  postgres.comeBack()
  await working.promise
  // Fewer than the tries: an end of the connection is worded in one way or another.
  const reasons = lines.flatMap(({ level, err }) => (level === 40 ? [err?.message] : []))
  expect(reasons.length).toBeGreaterThan(0)
  expect(new Set(reasons).size).toBe(reasons.length)
  expect(lines.at(-1)).toMatchObject({ level: 30, lastedMs: expect.any(Number) })
  expect(lines.filter(({ level }) => level === 30)).toHaveLength(1)
})

it('a job that fails again and again for one reason is logged once, and once that it does its work again', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true })
  const { lines, log } = keepLines()
  const jobs = await createJobs({
    url,
    environment: 'dev',
    name: 'test',
    log: pino({ level: 'silent' }),
    onEnd: logFailures(log),
  })
  cleanUpAfter(t, () => jobs.stop({ graceMs: 0 }))
  let tried = 0
  let done = 0
  jobs.define('apply', { concurrency: 1, lockLifetimeMs: 30_000 }, async ({ lane }) => {
    tried += 1
    if (lane < 3) throw new Error('Postgres is away')
    if (lane === 3) throw new Error('something else')
    done += 1
  })
  await jobs.start()
  for (const lane of [0, 1, 2, 3]) {
    await jobs.now('apply', { lane })
    await expect.poll(() => tried).toBe(lane + 1)
  }
  await expect.poll(() => lines.length).toBe(2)
  for (const times of [1, 2]) {
    await jobs.now('apply', { lane: 4 })
    await expect.poll(() => done).toBe(times)
  }
  await expect.poll(() => lines.length).toBe(3)
  expect(lines).toMatchObject([
    { level: 50, msg: 'a job failed', job: 'apply', data: { lane: 0 } },
    { level: 50, msg: 'a job failed', job: 'apply', data: { lane: 3 } },
    { level: 30, job: 'apply', lastedMs: expect.any(Number) },
  ])
})
