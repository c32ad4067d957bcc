import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Logger, pino } from 'pino'
import { describe, expect, inject, it, type TestContext, vi } from 'vitest'
import { createJobs, type Jobs } from '../../../adapters/jobs/create-jobs.ts'
import { ConfigError } from '../../../domain/contracts/read-environment.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { runSql, startTestRedis } from '../../_support/servers.ts'
import { mongodbKind, postgresKind, type StoreKind, type TestStore } from './job-stores.ts'

const silent = pino({ level: 'silent' })
const limits = { concurrency: 4, lockLifetimeMs: 30_000 }
const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))

async function packagesFor(url: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [pathOf('loaded-modules.ts'), url])
  return JSON.parse(stdout) as string[]
}

type WorkerOptions = { environment?: 'dev' | 'prod'; log?: Logger; redisUrl?: string }

/** A worker's jobs, not started yet. Each worker has connections of its own, as another process would. */
async function createWorker(t: TestContext, store: TestStore, options: WorkerOptions = {}): Promise<Jobs> {
  const { environment = 'dev', log = silent, redisUrl = store.redisUrlOf(environment) } = options
  const jobs = await createJobs({ url: store.url, redisUrl, environment, name: 'test', log })
  cleanUpAfter(t, () => jobs.stop({ graceMs: 0 }))
  return jobs
}

/** A started worker that notes the lanes it applied. */
async function startWorker(t: TestContext, store: TestStore, options: WorkerOptions = {}) {
  const jobs = await createWorker(t, store, options)
  const lanes: number[] = []
  jobs.define('apply', limits, async ({ lane }) => void lanes.push(lane))
  await jobs.start()
  return { jobs, lanes }
}

function behaves(kind: StoreKind): void {
  it('runs on one worker what another queued, as soon as it hears of it', async (t) => {
    const store = await kind.store(t)
    const queuer = await createWorker(t, store)
    await queuer.start()
    const { lanes } = await startWorker(t, store)
    // Found by polling alone, each after the one before, these would take three quarters of a minute.
    for (let queued = 1; queued <= 45; queued += 1) {
      await queuer.now('apply', { lane: queued % 16 })
      await expect.poll(() => lanes.length).toBe(queued)
    }
    await expect.poll(() => store.jobNames('dev')).toEqual([])
  })

  it('runs each of 16 jobs queued at once exactly once among two workers', async (t) => {
    const store = await kind.store(t)
    const [one, two] = await Promise.all([startWorker(t, store), startWorker(t, store)])
    const all = Array.from({ length: 16 }, (_, lane) => lane)
    await Promise.all(all.map((lane) => one.jobs.now('apply', { lane })))
    await expect.poll(() => store.jobNames('dev'), { timeout: 20_000 }).toEqual([])
    expect([...one.lanes, ...two.lanes].sort((a, b) => a - b)).toEqual(all)
  })

  it('never runs more at once than allowed, and leaves the rest to others', async (t) => {
    const store = await kind.store(t)
    const gate = Promise.withResolvers<void>()
    const busy = await createWorker(t, store)
    const taken: number[] = []
    busy.define('apply', { ...limits, concurrency: 2 }, ({ lane }) => {
      taken.push(lane)
      return gate.promise
    })
    await busy.start()
    for (const lane of [0, 1, 2, 3, 4]) await busy.now('apply', { lane })
    await expect.poll(() => taken.length).toBe(2)
    const { lanes } = await startWorker(t, store)
    await expect.poll(() => lanes.length).toBe(3)
    expect(taken).toHaveLength(2)
    expect(busy.stats().running).toBe(2)
    gate.resolve()
    await expect.poll(() => store.jobNames('dev')).toEqual([])
  })

  it('takes the next waiting job as soon as one has ended', async (t) => {
    const store = await kind.store(t)
    const worker = await createWorker(t, store)
    const lanes: number[] = []
    worker.define('apply', { ...limits, concurrency: 1 }, async ({ lane }) => void lanes.push(lane))
    await worker.start()
    const all = Array.from({ length: 40 }, (_, at) => at % 16)
    await Promise.all(all.map((lane) => worker.now('apply', { lane })))
    // By polling alone it would take longer than is waited for here.
    await expect.poll(() => lanes.length).toBe(all.length)
  })

  it('runs a schedule once an interval among two workers that start together', async (t) => {
    const store = await kind.store(t)
    const runsAt: number[] = []
    const workers = await Promise.all([createWorker(t, store), createWorker(t, store)])
    for (const worker of workers) {
      worker.define('seal-audit', { ...limits, concurrency: 1 }, async () => void runsAt.push(Date.now()))
    }
    await Promise.all(workers.map((worker) => worker.start()))
    await Promise.all(workers.map((worker) => worker.every('seal-audit', 1, {})))
    expect(await store.jobNames('dev')).toEqual(['seal-audit'])
    await expect.poll(() => runsAt.length).toBeGreaterThanOrEqual(4)
    const [first = 0, , , fourth = 0] = runsAt
    expect(fourth - first).toBeGreaterThan(2800)
    await workers[0].every('seal-audit', 1, {})
    expect(await store.jobNames('dev')).toEqual(['seal-audit'])
  })

  it('brings a schedule forward when its interval becomes shorter', async (t) => {
    const store = await kind.store(t)
    const worker = await createWorker(t, store)
    let runs = 0
    worker.define('sweep', limits, async () => void runs++)
    await worker.start()
    await worker.every('sweep', 3600, {})
    await expect.poll(() => runs).toBe(1)
    await worker.every('sweep', 1, {})
    await expect.poll(() => runs).toBeGreaterThanOrEqual(3)
  })

  it('goes on with a schedule after a clock that was hours ahead is put right', async (t) => {
    const store = await kind.store(t)
    const worker = await createWorker(t, store)
    let runs = 0
    worker.define('sweep', limits, async () => void runs++)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * 3_600_000 })
    cleanUpAfter(t, () => void vi.useRealTimers())
    await worker.start()
    await worker.every('sweep', 1, {})
    await expect.poll(() => runs).toBe(1)
    vi.useRealTimers()
    await expect.poll(() => runs, { timeout: 12_000 }).toBeGreaterThanOrEqual(3)
  })

  it('runs by the clock what a worker had begun that was killed and whose clock was hours ahead', async (t) => {
    const store = await kind.store(t)
    const killed = await createWorker(t, store)
    const begun = Promise.withResolvers<void>()
    killed.define('sweep', limits, () => {
      begun.resolve()
      return new Promise(() => {})
    })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * 3_600_000 })
    cleanUpAfter(t, () => void vi.useRealTimers())
    await killed.start()
    await killed.every('sweep', 1, {})
    await begun.promise
    await killed.stop({ graceMs: 0 })
    vi.useRealTimers()
    const worker = await createWorker(t, store)
    let runs = 0
    worker.define('sweep', limits, async () => void runs++)
    await worker.start()
    await worker.every('sweep', 1, {})
    await expect.poll(() => runs).toBeGreaterThanOrEqual(2)
  })

  it('takes over the job of a killed worker once its lock has expired', async (t) => {
    const store = await kind.store(t)
    const lockLifetimeMs = 1500
    const worker = await createWorker(t, store)
    const program = [pathOf('worker-process.ts'), store.url, store.redisUrlOf('dev'), String(lockLifetimeMs)]
    const killed = spawn(process.execPath, program)
    cleanUpAfter(t, () => killed.kill('SIGKILL'))
    let said = ''
    killed.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()))
    await expect.poll(() => said).toContain('started')
    const lanes: number[] = []
    worker.define('apply', { concurrency: 4, lockLifetimeMs }, async ({ lane }) => void lanes.push(lane))
    const queuer = await createWorker(t, store)
    await queuer.start()
    await queuer.now('apply', { lane: 9 })
    await expect.poll(() => said).toContain('took lane 9')
    killed.kill('SIGKILL')
    await once(killed, 'close')
    await worker.start()
    await expect.poll(() => lanes).toEqual([9])
    await expect.poll(() => store.jobNames('dev')).toEqual([])
  })

  it('runs what a killed worker had begun by the clock again, long before its next time', async (t) => {
    const store = await kind.store(t)
    const lockLifetimeMs = 1500
    const program = [pathOf('worker-process.ts'), store.url, store.redisUrlOf('dev'), String(lockLifetimeMs)]
    const killed = spawn(process.execPath, program)
    cleanUpAfter(t, () => killed.kill('SIGKILL'))
    let said = ''
    killed.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()))
    await expect.poll(() => said).toContain('started')
    const worker = await createWorker(t, store)
    let runs = 0
    worker.define('sweep', { concurrency: 1, lockLifetimeMs }, async () => void runs++)
    const scheduler = await createWorker(t, store)
    await scheduler.start()
    await scheduler.every('sweep', 3600, {})
    await expect.poll(() => said).toContain('took the sweep')
    killed.kill('SIGKILL')
    await once(killed, 'close')
    await worker.start()
    await expect.poll(() => runs).toBe(1)
    // It ended well this time: its next time is the clock's again.
    await expect.poll(() => worker.stats().running).toBe(0)
    expect(runs).toBe(1)
  })

  it('keeps a job that runs longer than its lock to itself', async (t) => {
    const store = await kind.store(t)
    const lockLifetimeMs = 600
    const gate = Promise.withResolvers<void>()
    const others: string[] = []
    const [long, other] = [await createWorker(t, store), await createWorker(t, store)]
    long.define('apply', { concurrency: 1, lockLifetimeMs }, () => gate.promise)
    other.define('apply', { concurrency: 1, lockLifetimeMs }, async () => void others.push('apply'))
    let polls = 0
    other.define('seal-audit', { concurrency: 1, lockLifetimeMs: 30_000 }, async () => void polls++)
    await long.start()
    await long.now('apply', { lane: 1 })
    await expect.poll(() => long.stats().running).toBe(1)
    await other.start()
    await other.every('seal-audit', 1, {})
    await expect.poll(() => polls).toBeGreaterThanOrEqual(3)
    expect(others).toEqual([])
    gate.resolve()
    await expect.poll(() => store.jobNames('dev')).toEqual(['seal-audit'])
  })

  it('keeps a schedule that runs longer than its interval to one worker, however often it is said again', async (t) => {
    const store = await kind.store(t)
    const gate = Promise.withResolvers<void>()
    let runs = 0
    const [long, other] = [await createWorker(t, store), await createWorker(t, store)]
    for (const worker of [long, other])
      worker.define('sweep', { ...limits, concurrency: 1 }, () => {
        runs += 1
        return gate.promise
      })
    let polls = 0
    other.define('seal-audit', { ...limits, concurrency: 1 }, async () => void polls++)
    await long.start()
    await long.every('sweep', 1, {})
    await expect.poll(() => runs).toBe(1)
    await other.start()
    await other.every('sweep', 1, {})
    await other.every('seal-audit', 1, {})
    await expect.poll(() => polls).toBeGreaterThanOrEqual(3)
    expect(runs).toBe(1)
    gate.resolve()
    await expect.poll(() => runs).toBeGreaterThanOrEqual(2)
  })

  it('finishes the job in hand before it stops, and leaves the others to be taken at once', async (t) => {
    const store = await kind.store(t)
    const gate = Promise.withResolvers<void>()
    const done: number[] = []
    const leaving = await createWorker(t, store)
    leaving.define('apply', { ...limits, concurrency: 1 }, async ({ lane }) => {
      await gate.promise
      done.push(lane)
    })
    await leaving.start()
    await leaving.now('apply', { lane: 1 })
    await expect.poll(() => leaving.stats().running).toBe(1)
    await leaving.now('apply', { lane: 2 })
    const stopped = leaving.stop({ graceMs: 20_000 })
    const { lanes } = await startWorker(t, store)
    await expect.poll(() => lanes).toEqual([2])
    expect(done).toEqual([])
    gate.resolve()
    await stopped
    expect(done).toEqual([1])
    expect(await store.jobNames('dev')).toEqual([])
    expect(await leaving.healthy()).toBe(false)
  })

  it('stops only once the store has answered what was asked of it', async (t) => {
    const store = await kind.store(t)
    const leaving = await createWorker(t, store)
    await leaving.start()
    const all = Array.from({ length: 16 }, (_, lane) => lane)
    const asked = Promise.all(all.map((lane) => leaving.now('apply', { lane })))
    await leaving.stop({ graceMs: 20_000 })
    await asked
    expect(await store.jobNames('dev')).toHaveLength(all.length)
  })

  it('stops after its grace even when a job does not end', async (t) => {
    const store = await kind.store(t)
    const worker = await createWorker(t, store)
    worker.define('apply', limits, () => new Promise(() => {}))
    await worker.start()
    await worker.now('apply', { lane: 1 })
    await expect.poll(() => worker.stats().running).toBe(1)
    await worker.stop({ graceMs: 50 })
    expect(await store.jobNames('dev')).toEqual(['apply'])
  })

  it('logs a job that failed, removes it, and goes on', async (t) => {
    const store = await kind.store(t)
    const lines: Record<string, unknown>[] = []
    const log = pino({}, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) })
    const worker = await createWorker(t, store, { log })
    const lanes: number[] = []
    worker.define('apply', limits, async ({ lane }) => {
      if (lane === 13) throw new Error('no luck with this one')
      lanes.push(lane)
    })
    await worker.start()
    await worker.now('apply', { lane: 13 })
    await worker.now('apply', { lane: 14 })
    await expect.poll(() => lanes).toEqual([14])
    await expect.poll(() => store.jobNames('dev')).toEqual([])
    const failures = lines.filter(({ msg }) => msg === 'a job failed')
    expect(failures).toMatchObject([{ job: 'apply', data: { lane: 13 }, level: 50 }])
    expect(JSON.stringify(failures)).toContain('no luck with this one')
  })

  it('keeps the jobs of dev and prod apart, in one database', async (t) => {
    const store = await kind.store(t)
    const dev = await startWorker(t, store)
    const prodQueuer = await createWorker(t, store, { environment: 'prod' })
    await prodQueuer.start()
    await prodQueuer.now('apply', { lane: 1 })
    await dev.jobs.now('apply', { lane: 2 })
    await expect.poll(() => dev.lanes).toEqual([2])
    expect(await store.jobNames('prod')).toEqual(['apply'])
    const prod = await startWorker(t, store, { environment: 'prod' })
    await expect.poll(() => prod.lanes).toEqual([1])
    expect(dev.lanes).toEqual([2])
  })

  it('refuses data that is not the job’s, and a job before its start', async (t) => {
    const store = await kind.store(t)
    const worker = await createWorker(t, store)
    await expect(worker.now('apply', { lane: 1 })).rejects.toThrow('not started')
    await worker.start()
    await expect(worker.now('apply', { lane: 16 })).rejects.toThrow("can't carry the data")
    expect(await store.jobNames('dev')).toEqual([])
  })

  it('says that the store is away, waits for it, and goes on when it is back', async (t) => {
    const server = await kind.stoppable(t)
    await server.stop()
    const redis = await startTestRedis(t)
    const store = { url: server.url, redisUrlOf: () => redis.url, jobNames: async () => [] }
    const worker = await createWorker(t, store)
    const lanes: number[] = []
    worker.define('apply', limits, async ({ lane }) => void lanes.push(lane))
    await expect(worker.start()).rejects.toThrow("can't be opened")
    expect(await worker.healthy()).toBe(false)

    await server.start()
    await worker.start()
    expect(await worker.healthy()).toBe(true)
    await worker.now('apply', { lane: 1 })
    await expect.poll(() => lanes).toEqual([1])

    await server.stop()
    expect(await worker.healthy()).toBe(false)
    await expect(worker.now('apply', { lane: 2 })).rejects.toThrow("didn't take the job apply")
    await server.start()
    await expect.poll(() => worker.healthy()).toBe(true)
    await worker.now('apply', { lane: 3 })
    await expect.poll(() => lanes).toEqual([1, 3])
    await expect.poll(() => worker.stats().notifications).toBe('up')
  }, 60_000)
}

describe('on the postgres store', () => {
  behaves(postgresKind)
})

const isFerretDbThere = inject('mongoUrl') !== null
if (!isFerretDbThere)
  console.warn('The job tests on the mongodb store are skipped: FerretDB is not built here.')

describe.skipIf(!isFerretDbThere)('on the mongodb store', () => {
  behaves(mongodbKind)

  it('finds its jobs by polling while Redis is away, and hears of them again when it is back', async (t) => {
    const store = await mongodbKind.store(t)
    const redis = await startTestRedis(t)
    await redis.stop()
    const { jobs, lanes } = await startWorker(t, store, { redisUrl: redis.url })
    await jobs.now('apply', { lane: 1 })
    await expect.poll(() => lanes).toEqual([1])
    expect(jobs.stats().notifications).toBe('down')
    await redis.restart()
    await expect.poll(() => jobs.stats().notifications).toBe('up')
    redis.pause()
    await jobs.now('apply', { lane: 2 })
    await expect.poll(() => lanes).toEqual([1, 2])
    redis.resume()
    await redis.kill9()
    await expect.poll(() => jobs.stats().notifications).toBe('down')
    await redis.restart()
    await expect.poll(() => jobs.stats().notifications).toBe('up')
  })
})

it('a table in Postgres that is gone is made anew as it is asked how the store is, and its schedules come back', async (t) => {
  const store = await postgresKind.store(t)
  const { jobs, lanes } = await startWorker(t, store)
  await jobs.every('sweep', 1, {})
  await runSql(store.url, 'drop table agenda_jobs_dev')
  await expect(jobs.now('apply', { lane: 3 })).rejects.toThrow('does not exist')
  expect(await jobs.healthy()).toBe(true)
  await jobs.now('apply', { lane: 4 })
  await expect.poll(() => lanes).toEqual([4])
  await expect.poll(() => store.jobNames('dev'), { timeout: 20_000 }).toContain('sweep')
})

describe('choosing the store', () => {
  it('loads nothing of MongoDB for a Postgres address', async () => {
    const packages = await packagesFor('postgres://127.0.0.1:1/jobs')
    expect(packages).toContain('@agendajs/postgres-backend')
    expect(packages).not.toContain('mongodb')
    expect(packages).not.toContain('@agendajs/mongo-backend')
    expect(packages).not.toContain('ioredis')
  })

  it('loads nothing of Postgres for a MongoDB address', async () => {
    const packages = await packagesFor('mongodb://127.0.0.1:1/jobs')
    expect(packages).toContain('@agendajs/mongo-backend')
    expect(packages).not.toContain('pg')
    expect(packages).not.toContain('@agendajs/postgres-backend')
  })

  it('refuses another address, and MongoDB without Redis', async () => {
    const options = { environment: 'dev', name: 'test', log: silent } as const
    await expect(createJobs({ ...options, url: 'mysql://127.0.0.1/jobs' })).rejects.toThrow('postgres://')
    await expect(createJobs({ ...options, url: 'mongodb://127.0.0.1/jobs' })).rejects.toThrow('Redis')
  })

  it('refuses a MongoDB address with options that are none, before anything is connected', async () => {
    const url = 'mongodb://jobs:secret@127.0.0.1:1/jobs?tls=perhaps'
    const options = {
      environment: 'dev',
      name: 'test',
      redisUrl: 'redis://127.0.0.1:1',
      log: silent,
    } as const
    const refused = createJobs({ ...options, url })
    await expect(refused).rejects.toThrow(ConfigError)
    await expect(refused).rejects.toThrow(/JOBS_URL .*tls/)
    await expect(refused).rejects.not.toThrow('secret')
  })
})
