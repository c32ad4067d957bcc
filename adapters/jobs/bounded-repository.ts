import type { JobParameters, JobRepository } from 'agenda'
import { withDeadline } from './deadline.ts'
import type { Outage } from '../log/outage.ts'

/** How long the store has for an answer: MongoDB's driver has no bound for what it writes into a socket that has just broken. */
export const answersWithinMs = 15_000

type Held = { name: string; lockedAtMs: number; hasStarted: boolean }

type Options = {
  inner: JobRepository
  outage: Outage
  /** Of a defined job. */
  limits: (name: string) => { concurrency: number; lockLifetimeMs: number }
  /** Called when a job of that name may be taken again, after one had to be left. */
  onRoom: (name: string) => void
}

export type BoundedRepository = {
  repository: JobRepository
  runningCount(): number
  /** From now on no job is taken. */
  stopTaking(): void
  /** Returns the jobs that were taken and have not started, so that others need not wait for the lock to expire. */
  giveBack(): Promise<void>
}

/**
 * The store's repository, as Agenda's processor should have found it (agenda 6.2): without this
 * - one worker locks every waiting job, far more than it may run, and the others idle; Agenda's own `lockLimit`
 *   then waits for the next poll, and loses a place for good when a lock expires in its local queue;
 * - a one-off job that failed stays in the store for ever;
 * - what runs by the clock, and whose worker was killed meanwhile, is not begun again before its next time;
 * - jobs that were being locked as the worker stopped stay locked until that expires;
 * - a failed unlock ends the process (its promise is not awaited);
 * - a question that is never answered keeps this worker from jobs of that name for ever.
 */
export function boundRepository({ inner, outage, limits, onRoom }: Options): BoundedRepository {
  const held = new Map<string, Held>()
  const asking = new Map<string, number>()
  const leftWaiting = new Set<string>()
  let isTaking = true

  const own: Pick<JobRepository, 'getNextJobToRun' | 'saveJobState' | 'unlockJob' | 'unlockJobs'> = {
    async getNextJobToRun(name, nextScanAt, lockDeadline, now, options) {
      if (!isTaking) return undefined
      if (takenCount(name) >= limits(name).concurrency) {
        leftWaiting.add(name)
        return undefined
      }
      asking.set(name, (asking.get(name) ?? 0) + 1)
      try {
        const answer = inner.getNextJobToRun(name, nextScanAt, lockDeadline, now, options)
        const job = await inTime(answer).catch((error: unknown) => {
          // What comes too late is nobody's: given back, or it would wait for its lock to expire.
          void answer.then((late) => late && inner.unlockJob(late)).catch(() => undefined)
          throw error
        })
        outage.over()
        if (job === undefined) return undefined
        if (!isTaking) {
          await inTime(inner.unlockJob(job))
          return undefined
        }
        // Only by a lock that has expired is one taken before its time: whoever had begun it is gone.
        if (job.nextRunAt !== null && job.nextRunAt > nextScanAt) job.nextRunAt = new Date()
        held.set(idOf(job), { name, lockedAtMs: Date.now(), hasStarted: false })
        return job
      } catch (error) {
        outage.began(error)
        return undefined
      } finally {
        asking.set(name, (asking.get(name) ?? 1) - 1)
        tellRoom(name)
      }
    },

    async saveJobState(job, options) {
      const place = held.get(idOf(job))
      const isEnd = job.lockedAt === undefined
      const isStart = !isEnd && place?.hasStarted === false
      if (place !== undefined) place.hasStarted = true
      try {
        if (isEnd && isOneOff(job)) await inTime(inner.removeJobs({ id: job._id }))
        else await inTime(inner.saveJobState(job, options))
      } catch (error) {
        if (isStart) free(job)
        if (isEnd) outage.began(error)
        throw error
      } finally {
        if (isEnd) free(job)
      }
    },

    async unlockJob(job) {
      await inTime(inner.unlockJob(job)).catch((error: unknown) => outage.began(error))
      free(job)
    },

    async unlockJobs(ids) {
      // One by one: that leaves alone a job whose next run is not set, which would otherwise never run.
      for (const id of ids) await own.unlockJob({ _id: id } as JobParameters)
    },
  }

  function takenCount(name: string): number {
    const { lockLifetimeMs } = limits(name)
    const places = [...held.values()].filter(
      (place) => place.name === name && (place.hasStarted || place.lockedAtMs + lockLifetimeMs > Date.now()),
    )
    return places.length + (asking.get(name) ?? 0)
  }

  function free(job: JobParameters): void {
    const place = held.get(idOf(job))
    held.delete(idOf(job))
    if (place !== undefined) tellRoom(place.name)
  }

  function tellRoom(name: string): void {
    // Later: Agenda takes the job out of its own count only once this call has returned.
    if (leftWaiting.delete(name)) setImmediate(() => isTaking && onRoom(name))
  }

  return {
    repository: Object.assign(Object.create(inner) as JobRepository, own),
    runningCount: () => [...held.values()].filter((place) => place.hasStarted).length,
    stopTaking: () => {
      isTaking = false
    },
    async giveBack() {
      const waiting = [...held].filter(([, place]) => !place.hasStarted).map(([id]) => id)
      await own.unlockJobs(waiting)
    },
  }
}

const inTime = <Answer>(asked: Promise<Answer>) => withDeadline(asked, answersWithinMs, 'the job store')

const idOf = (job: JobParameters) => String(job._id)

const isOneOff = (job: JobParameters) => job.type === 'normal' && job.nextRunAt === null
