import { Agenda, type Job } from 'agenda'
import type { Logger } from 'pino'
import { Value } from 'typebox/value'
import { type JobData, jobData, type JobName } from '../../domain/contracts/jobs.ts'
import { answersWithinMs, boundRepository, type BoundedRepository } from './bounded-repository.ts'
import { withDeadline } from './deadline.ts'
import { chooseStore, type JobStore, type StoreOptions } from './job-store.ts'
import { keepNotifications, type Notifications } from './notifications.ts'
import { messageOf, watchOutage } from '../log/outage.ts'
import { keepTouching } from './touch.ts'

/** How often each worker looks for jobs that it was not told of; also how exact the clock of `every` is. */
const pollMs = 1000
const probeWithinMs = 2000
/** A schedule is looked after as often as it is due, but no more often than this. */
const keepAgainMs = 5000

/** While it runs, the job's lock is renewed. */
type JobHandler<Name extends JobName> = (data: JobData<Name>) => Promise<void>

export type Jobs = {
  /** Before `start`. `lockLifetimeMs`: how long after a worker's death another takes its job. */
  define<Name extends JobName>(
    name: Name,
    limits: { concurrency: number; lockLifetimeMs: number },
    run: JobHandler<Name>,
  ): void
  /** Runs it now and then at every interval, once among all workers, and looks after that until `stop`. Saying it again changes the interval. */
  every<Name extends JobName>(name: Name, intervalS: number, data: JobData<Name>): Promise<void>
  /** Queues one run. Rejects when the store did not take it. */
  now<Name extends JobName>(name: Name, data: JobData<Name>): Promise<void>
  /** Rejects when the store can't be reached; may be called again. A store that goes away later is waited for. */
  start(): Promise<void>
  /** Takes nothing more, waits for the jobs in hand up to `graceMs`, then closes every connection. */
  stop(options: { graceMs: number }): Promise<void>
  /** Whether the store answers, within 2 s. Never rejects. */
  healthy(): Promise<boolean>
  stats(): { store: JobStore['kind'] | null; notifications: 'up' | 'down'; running: number }
}

type Definition = { concurrency: number; lockLifetimeMs: number; run: JobHandler<JobName> }
type DefineOne = (
  name: string,
  run: (job: Job) => Promise<void>,
  limits: { concurrency: number; lockLifetime: number },
) => void
type Started = { agenda: Agenda; store: JobStore; bounded: BoundedRepository; notifications: Notifications }

/** How a job ended: `error` is null where it did what it was to do. */
export type EndedJob = { name: string; data: unknown; error: Error | null }

/**
 * Jobs on Agenda, kept in Postgres or MongoDB as the scheme of `url` says. A one-off job is removed when it has
 * ended, also when it failed, which `onEnd` is told, or is logged: whoever queued it finds the work again by its own sweep.
 * @throws {ConfigError} for an address that its driver does not take.
 * @throws {Error} when the address names no store that we know.
 */
export async function createJobs(options: StoreOptions & { onEnd?: (job: EndedJob) => void }): Promise<Jobs> {
  const { name: processName, log } = options
  const onEnd =
    options.onEnd ??
    (({ name: job, data, error: err }: EndedJob) => {
      if (err !== null) log.error({ err, job, data }, 'a job failed')
    })
  const openStore = await chooseStore(options)
  const definitions = new Map<JobName, Definition>()
  const schedules = new Map<JobName, NodeJS.Timeout>()
  let starting: Promise<Started> | undefined
  let started: Started | undefined

  async function open(): Promise<Started> {
    const store = await openStore()
    const notifications = keepNotifications(store.openLine, log)
    const bounded = boundRepository({
      inner: store.repository,
      outage: watchOutage(log, 'job store'),
      limits: (name) => definitions.get(name as JobName) ?? { concurrency: 0, lockLifetimeMs: 0 },
      onRoom: (name) => notifications.nudge(name),
    })
    const agenda = new Agenda({
      name: processName,
      processEvery: pollMs,
      maxConcurrency: 1000,
      notificationChannel: notifications,
      // Opened above and closed below: Agenda itself leaves a failed connection as an unhandled rejection.
      backend: {
        name: store.kind,
        repository: bounded.repository,
        ownsConnection: false,
        connect: async () => {},
        disconnect: async () => {},
      },
    })
    agenda.on('error', (err) => log.warn({ reason: messageOf(err) }, 'jobs: trouble'))
    agenda.on('fail', (err, job) => {
      if ('attrs' in job) onEnd({ name: job.attrs.name, data: job.attrs.data, error: err })
    })
    agenda.on('success', (job) => {
      if ('attrs' in job) onEnd({ name: job.attrs.name, data: job.attrs.data, error: null })
    })
    // Handlers of one parameter: Agenda takes a second one for a callback and waits for it.
    const define: DefineOne = agenda.define.bind(agenda)
    for (const [name, definition] of definitions) {
      const { concurrency, lockLifetimeMs: lockLifetime } = definition
      define(name, (job) => runJob(name, definition, job, log), { concurrency, lockLifetime })
    }
    await agenda.start()
    return { agenda, store, bounded, notifications }
  }

  function running(): Started {
    if (started === undefined) throw new Error('The jobs are not started.')
    return started
  }

  /** What was asked of the store and is not answered: closing it under that keeps whoever asked waiting for a connection. */
  const asking = new Set<Promise<unknown>>()
  async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
    asking.add(answer)
    try {
      return await withDeadline(answer, answersWithinMs, 'the job store')
    } finally {
      asking.delete(answer)
    }
  }

  return {
    define(name, limits, run) {
      if (starting !== undefined) throw new Error(`Define the job ${name} before start.`)
      definitions.set(name, { ...limits, run })
    },

    async every(name, intervalS, data) {
      checkData(name, data)
      const keep = async () => {
        const { agenda, store } = running()
        return asked(store.keepSchedule(agenda, { name, intervalMs: intervalS * 1000, data }))
      }
      await keep()
      // The next run is by the clock of whoever ran it last: where that was ahead, nobody would run it until then.
      const keepAgain = () =>
        void keep().catch((error: unknown) =>
          log.debug(
            { reason: messageOf(error), job: name },
            'a schedule was not looked after: it will be again',
          ),
        )
      clearInterval(schedules.get(name))
      schedules.set(name, setInterval(keepAgain, Math.max(intervalS * 1000, keepAgainMs)).unref())
    },

    async now(name, data) {
      const { agenda } = running()
      checkData(name, data)
      await asked(agenda.now(name, data)).catch((cause: unknown) => {
        throw new Error(`The job store didn't take the job ${name}: ${messageOf(cause)}`, { cause })
      })
    },

    async start() {
      starting ??= open()
      try {
        started = await starting
      } catch (error) {
        starting = undefined
        throw error
      }
    },

    async stop({ graceMs }) {
      for (const timer of schedules.values()) clearInterval(timer)
      const current = await starting?.catch(() => undefined)
      if (current === undefined) return
      const { agenda, store, bounded, notifications } = current
      bounded.stopTaking()
      const left = await agenda.drain({ timeout: graceMs })
      // Not before: a job in hand may still queue another.
      started = undefined
      if (left.timedOut) log.warn({ running: left.running }, 'stopped before these jobs had ended')
      await withDeadline(bounded.giveBack(), probeWithinMs, 'giving jobs back').catch((error: unknown) =>
        log.debug(
          { reason: messageOf(error) },
          'jobs were not given back; others take them when the lock expires',
        ),
      )
      await withDeadline(Promise.allSettled(asking), probeWithinMs, 'what was asked of it').catch(
        () => undefined,
      )
      await notifications.disconnect()
      await store.close()
      starting = undefined
    },

    async healthy() {
      if (started === undefined) return false
      return withDeadline(started.store.probe(), probeWithinMs, 'the job store').then(
        () => true,
        () => false,
      )
    },

    stats: () => ({
      store: started?.store.kind ?? null,
      notifications: started?.notifications.state === 'connected' ? 'up' : 'down',
      running: started?.bounded.runningCount() ?? 0,
    }),
  }
}

async function runJob(
  name: JobName,
  { run, lockLifetimeMs }: Definition,
  job: Job,
  log: Logger,
): Promise<void> {
  const data: unknown = job.attrs.data ?? {}
  checkData(name, data)
  const stopTouching = keepTouching(job, lockLifetimeMs, log)
  try {
    await run(data)
  } finally {
    await stopTouching()
  }
}

function checkData<Name extends JobName>(name: Name, data: unknown): asserts data is JobData<Name> {
  if (Value.Check(jobData[name], data)) return
  throw new Error(`The job ${name} can't carry the data ${JSON.stringify(data)}.`)
}
