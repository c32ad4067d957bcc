import type { Agenda, JobRepository } from 'agenda'
import type { Logger } from 'pino'
import type { JobData, JobName } from '../../domain/contracts/jobs.ts'
import { ConfigError } from '../../domain/contracts/read-environment.ts'
import type { OpenLine } from './line.ts'

export type StoreOptions = {
  /** Of the store: mongodb://…, mongodb+srv://…, postgres://… or postgresql://… */
  url: string
  environment: 'dev' | 'prod'
  /** redis://…: carries the notifications of the MongoDB store, which has none of its own. */
  redisUrl?: string
  /** Tells this process from the others, in the store and in its server's list of connections. */
  name: string
  log: Logger
}

/** An open connection to the place where the jobs are kept. */
export type JobStore = {
  kind: 'postgres' | 'mongodb'
  repository: JobRepository
  openLine: OpenLine
  /**
   * Makes sure that a schedule exists, exactly once, with this interval. What stands in the store is kept, so that starting often neither
   * hurries a job nor puts it off, and a run in hand keeps its lock; but not a next run that is farther away than the interval, nor a lock
   * that begins later than `lockAheadMs` from now.
   */
  keepSchedule(agenda: Agenda, schedule: Schedule): Promise<void>
  /** Rejects when the store does not answer. What it has lost that jobs are kept in is made anew. */
  probe(): Promise<void>
  close(): Promise<void>
}

export type Schedule = { name: JobName; intervalMs: number; data: JobData }

/**
 * A lock from farther in the future was made by a clock that is wrong. Should its worker have been killed, it would keep all others from the job
 * until that time has come; should it live, the job may run twice at once, which does no harm.
 */
export const lockAheadMs = 60_000

/** The jobs of one environment are out of the other's sight, even in one database. */
export const tableName = (environment: 'dev' | 'prod') => `agenda_jobs_${environment}`

/**
 * The way to open the store that the scheme of the address names. Only that store's libraries are loaded.
 * @throws {ConfigError} for an address, or options of one, that MongoDB's driver does not take.
 * @throws {Error} when the scheme is not one of ours, or MongoDB is chosen without Redis.
 */
export async function chooseStore(options: StoreOptions): Promise<() => Promise<JobStore>> {
  const scheme = options.url.slice(0, options.url.indexOf('://'))
  switch (scheme) {
    case 'postgres':
    case 'postgresql': {
      const { openPostgresStore } = await import('./postgres-store.ts')
      return () => openPostgresStore(options)
    }
    case 'mongodb':
    case 'mongodb+srv': {
      const { redisUrl } = options
      if (redisUrl === undefined)
        throw new Error('Jobs kept in MongoDB need Redis too, for their notifications.')
      const { faultOf, openMongodbStore } = await import('./mongodb-store.ts')
      const fault = faultOf(options.url)
      if (fault !== null)
        throw new ConfigError([`JOBS_URL is not valid: the driver of MongoDB does not take it (${fault})`])
      return () => openMongodbStore({ ...options, redisUrl })
    }
    default:
      throw new Error('Jobs are kept at mongodb://… or postgres://…; the address given is neither.')
  }
}
