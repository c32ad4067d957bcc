import type { Jobs } from '../../adapters/jobs/create-jobs.ts'

const away = () => Promise.reject(new Error('away'))

/** A job store that is away. */
export const jobsAway: Jobs = {
  define: () => undefined,
  every: away,
  now: away,
  start: away,
  stop: () => Promise.resolve(),
  healthy: () => Promise.resolve(false),
  stats: () => ({ store: null, notifications: 'down', running: 0 }),
}

/** One that is well, takes no job, and whose clock starts nothing: what a worker finds it finds by a look of its own. */
export const stillJobs: Jobs = {
  ...jobsAway,
  every: () => Promise.resolve(),
  start: () => Promise.resolve(),
  healthy: () => Promise.resolve(true),
  stats: () => ({ store: null, notifications: 'up', running: 0 }),
}
