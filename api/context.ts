import type { Logger } from 'pino'
import { openDirectory } from '../adapters/ldap/directory.ts'
import { connectRedis, type RedisConnection } from '../adapters/redis/connect-redis.ts'
import { createLimiter } from '../adapters/redis/create-limiter.ts'
import type { PersonEntry } from '../domain/contracts/directory.ts'
import { type Database, openDatabase } from '../domain/store/database.ts'
import { listen } from '../domain/store/listen.ts'
import { type ChangeWaiters, createChangeWaiters } from './change-waiters.ts'
import type { ApiConfig } from './config.ts'
import { probeJobStore } from './probe-job-store.ts'

/** What the pages need of the directory. */
export type PersonDirectory = {
  /** Null when there is no such person or the password is wrong; throws when the directory gave no answer. */
  authenticate(username: string, password: string): Promise<PersonEntry | null>
}

/** What a limit allows in a window, how much of it is left, and in how many seconds the window ends. */
export type Allowance = { limit: number; remaining: number; resetAfterS: number }

/** Counts per key in a window. `consume` throws a Refusal (TOO_MANY_REQUESTS) when less is left. */
export type Limiter = {
  consume(key: string, cost?: number): Promise<Allowance>
  peek(key: string): Promise<Allowance>
  refund(key: string, cost: number): Promise<void>
}

export type Limits = {
  /** Accepted requests of a member. */
  changes: Limiter
  /** Links begun by a Discord account. */
  linkBegins: Limiter
  /** Passwords refused on the link page, counted three ways. */
  refusedByAddress: Limiter
  refusedByUsername: Limiter
  refusedByAttempt: Limiter
}

/** What the routes need to know of the configuration. */
export type Settings = {
  /** How others reach the API, without a slash at its end. */
  url: string
  serviceTokens: readonly string[]
  metricsToken: string | null
  trustedProxies: readonly string[]
  /** Origins whose pages may call the API from a browser. */
  corsOrigins: readonly string[]
  mirrorMaxAgeS: number
}

/** What the API process owns. */
export type Context = {
  settings: Settings
  log: Logger
  db: Database
  directory: PersonDirectory
  limits: Limits
  changeWaiters: ChangeWaiters
  /** Whether what the API leans on answers; each may take its time or throw, the reader bounds it. */
  probes: Readonly<Record<'jobs' | 'redis' | 'ldap', () => Promise<boolean>>>
  close(): Promise<void>
}

/** Opens what the API owns. Whatever of it is away may come later: nothing here fails for that. */
export async function openContext(config: ApiConfig, log: Logger): Promise<Context> {
  const db = openDatabase(config.databaseUrl, { poolMax: config.databasePoolMax, name: 'guildpost-api' })
  const directory = openDirectory(config.directory)
  const redis = await connectRedis({ url: config.redisUrl, environment: config.appEnv, log })
  const jobs = await probeJobStore({
    url: config.jobsUrl,
    environment: config.appEnv,
    redisUrl: config.redisUrl,
    name: 'api',
    log,
  })
  const changeWaiters = createChangeWaiters()
  const listener = listen(
    config.databaseUrl,
    ['change_ended', 'change_observed'],
    (_channel, changeId) => changeWaiters.wake(changeId),
    { onReconnect: () => changeWaiters.wakeAll(), log },
  )
  return {
    settings: config,
    log,
    db,
    directory,
    limits: openLimits(config, redis),
    changeWaiters,
    probes: {
      jobs: () => jobs.healthy(),
      redis: () => redis.healthy(),
      ldap: () => directory.healthy(),
    },
    close: async () => {
      await Promise.allSettled([listener.close(), jobs.close(), directory.close(), db.destroy()])
      redis.close()
    },
  }
}

const quarterHourS = 15 * 60

function openLimits(config: ApiConfig, redis: RedisConnection): Limits {
  const limit = (name: string, points: number, windowS: number) =>
    createLimiter({ redis, name, points, windowS })
  return {
    changes: limit('changes', config.changesLimit, config.changesWindowS),
    linkBegins: limit('link-begins', 10, quarterHourS),
    refusedByAddress: limit('refused-by-address', 50, quarterHourS),
    refusedByUsername: limit('refused-by-username', 5, quarterHourS),
    refusedByAttempt: limit('refused-by-attempt', 10, quarterHourS),
  }
}
