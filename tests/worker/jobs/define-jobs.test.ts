import { expect, it } from 'vitest'
import { jobData } from '../../../domain/contracts/jobs.ts'
import type { WorkerContext } from '../../../worker/context.ts'
import { defineJobs, scheduleJobs } from '../../../worker/jobs/define-jobs.ts'

/** A job store that only notes what it is to do, and the worker that tells it. */
function aWorker({ role }: { role: object | null }) {
  const defined = new Set<string>()
  const everyS: Record<string, number> = {}
  const jobs = {
    define: (name: string) => void defined.add(name),
    every: async (name: string, seconds: number) => void (everyS[name] = seconds),
  }
  const context = {
    jobs,
    verifiedRole: role,
    syncIntervalS: 180,
    reconcileIntervalS: 1800,
    sweepIntervalS: 30,
  } as unknown as WorkerContext
  return { context, defined, everyS }
}

const byTheClock = {
  'sync-directory': 180,
  reconcile: 1800,
  sweep: 30,
  'reconcile-roles': 1800,
  'unlink-gone': 1800,
  'seal-audit': 1,
  'checkpoint-audit': 24 * 3600,
  prune: 3600,
}

it('whatever has to be done again and again is, by the clock of the settings, and each worker takes all that there is', async () => {
  const { context, defined, everyS } = aWorker({ role: {} })
  defineJobs(context)
  await scheduleJobs(context)
  expect(everyS).toEqual(byTheClock)
  expect(defined).toEqual(new Set(Object.keys(jobData)))
})

it('a worker that minds no role leaves the roles to those that do', async () => {
  const { context, defined, everyS } = aWorker({ role: null })
  defineJobs(context)
  await scheduleJobs(context)
  const { 'reconcile-roles': _minded, ...others } = byTheClock
  expect(everyS).toEqual(others)
  expect(defined.has('reconcile-roles')).toBe(false)
})
