import type { JobParameters, JobRepository } from 'agenda'
import { expect, it, vi } from 'vitest'
import { answersWithinMs, boundRepository } from '../../../adapters/jobs/bounded-repository.ts'

const job = { _id: 'a job', name: 'sweep', type: 'single', nextRunAt: null } as unknown as JobParameters

/** The store of a worker that runs one job of a name at once, which does what a test says. */
function bounded(inner: Partial<JobRepository>) {
  const given: unknown[] = []
  const own = boundRepository({
    inner: { unlockJob: async (one: JobParameters) => void given.push(one._id), ...inner } as JobRepository,
    outage: { began: () => undefined, over: () => undefined },
    limits: () => ({ concurrency: 1, lockLifetimeMs: 30_000 }),
    onRoom: () => undefined,
  })
  const now = new Date()
  return {
    take: () => own.repository.getNextJobToRun('sweep', now, now, now, {}),
    start: () => own.repository.saveJobState({ ...job, lockedAt: now }, {}),
    stopTaking: () => own.stopTaking(),
    /** The jobs that others may take at once. */
    given,
  }
}

it('a job whose beginning could not be saved keeps no other one from being taken', async () => {
  const { take, start } = bounded({
    getNextJobToRun: async () => job,
    saveJobState: async () => {
      throw new Error('the store is away')
    },
  })
  expect(await take()).toBe(job)
  expect(await take()).toBeUndefined()
  await expect(start()).rejects.toThrow('away')
  expect(await take()).toBe(job)
})

it('a job that was being taken while the worker stopped is given back', async () => {
  const answer = Promise.withResolvers<JobParameters>()
  const { take, stopTaking, given } = bounded({ getNextJobToRun: () => answer.promise })
  const taking = take()
  stopTaking()
  answer.resolve(job)
  expect(await taking).toBeUndefined()
  expect(given).toEqual(['a job'])
})

it('a job that comes too late is given back', async (t) => {
  vi.useFakeTimers()
  t.onTestFinished(() => void vi.useRealTimers())
  const answer = Promise.withResolvers<JobParameters>()
  const { take, given } = bounded({ getNextJobToRun: () => answer.promise })
  const taking = take()
  await vi.advanceTimersByTimeAsync(answersWithinMs)
  expect(await taking).toBeUndefined()
  expect(given).toEqual([])
  answer.resolve(job)
  await vi.advanceTimersByTimeAsync(0)
  expect(given).toEqual(['a job'])
})
