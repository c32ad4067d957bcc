import type { JobStore } from '../../adapters/jobs/job-store.ts'
import { ConfigError } from '../../domain/contracts/read-environment.ts'
import { type Database, rows } from '../../domain/store/database.ts'
import { type Area, type Finding, right, unknown, withoutPostgres, wrong } from './finding.ts'

type JobsSettings = {
  openStore: () => Promise<JobStore>
  db: Database
  sweepIntervalS: number
  /** Queues a sample job; resolves when a worker has run it. Null where none is wanted. */
  sample: (() => Promise<void>) | null
}

/** Whether the job store is there, the clock of the workers ticks, and (on request) a worker runs what is queued. */
export const jobsArea = ({ openStore, db, sweepIntervalS, sample }: JobsSettings): Area => ({
  name: 'jobs',
  check: async function* () {
    const store = await openStore().catch(wrongAddress)
    if ('state' in store) return yield store
    try {
      await store.probe()
      yield right('store', `${store.kind === 'mongodb' ? 'MongoDB' : 'Postgres'} answers`)
    } finally {
      await store.close()
    }
    const beat = await rows<{ agoS: number | null }>(
      db,
      'select extract(epoch from now() - swept_at)::float8 as ago_s from installation',
    ).catch((error: unknown) => withoutPostgres('scheduler', error))
    if (!Array.isArray(beat)) return yield beat
    const agoS = beat[0]?.agoS ?? null
    const remedy = 'Start a worker (npm run worker), and look into its log if one runs.'
    if (agoS === null) yield wrong('scheduler', 'no worker has ever swept here', remedy)
    else if (agoS > 3 * sweepIntervalS)
      yield wrong(
        'scheduler',
        `no worker has swept for ${Math.round(agoS)} s, and one should every ${sweepIntervalS} s`,
        remedy,
      )
    else yield right('scheduler', `a worker swept ${Math.round(agoS)} s ago`)
    if (sample === null) return
    try {
      const began = performance.now()
      await sample()
      yield right(
        'sample job',
        `queued, and run by a worker after ${Math.round(performance.now() - began)} ms`,
      )
    } catch {
      yield unknown('sample job', 'was queued, and no worker ran it within 10 s', remedy)
    }
  },
})

/** What the store's own driver does not take is wrong; that a store gives no answer is told by whoever asks for it. */
function wrongAddress(error: unknown): Finding {
  if (!(error instanceof ConfigError)) throw error
  return wrong('address', error.problems.join(' '), 'Correct it: the driver names what it does not take.')
}
