import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from 'pino'
import { openDirectory } from '../adapters/ldap/directory.ts'
import { createProcessMetrics, type ProcessMetrics } from '../adapters/metrics/process-metrics.ts'
import { connectRedis, type RedisConnection } from '../adapters/redis/connect-redis.ts'
import { createLimiter } from '../adapters/redis/create-limiter.ts'
import type { AdminGroup, PersonEntry } from '../domain/contracts/directory.ts'
import type { RemovalLimit } from '../domain/rules/removal-limit.ts'
import { type Database, openDatabase } from '../domain/store/database.ts'
import { listen } from '../domain/store/listen.ts'
import type { AlertTo } from '../domain/store/incidents/raise-alert.ts'
import { untilInstalled } from '../domain/store/installation/until-installed.ts'
import { type ChangeWaiters, createChangeWaiters } from './change-waiters.ts'
import type { ApiConfig } from './config.ts'
import { probeJobStore } from './probe-job-store.ts'
import { tellOfExhaustedPool } from './tell-of-exhausted-pool.ts'

/** What signing in needs of the directory; throws when it gave no answer. */
export type PersonDirectory = {
  /**
   * Null when there is no such person or the password is wrong. `beforeBind` hears whose password is about to be tried
   * (null: nobody's), and may refuse that by throwing.
   */
  authenticate(
    username: string,
    password: string,
    beforeBind?: (person: PersonEntry | null) => Promise<void>,
  ): Promise<PersonEntry | null>
  readAdmins(): Promise<AdminGroup>
}

/** What a limit allows in a window, how much of it is left, and in how many seconds the window ends. */
export type Allowance = { limit: number; remaining: number; resetAfterS: number }

/** Counts per key in a window. `consume` throws a Refusal (TOO_MANY_REQUESTS) when none is left. */
export type Limiter = {
  consume(key: string): Promise<Allowance>
  peek(key: string): Promise<Allowance>
  refund(key: string): Promise<void>
}

export type Limits = {
  /** Accepted requests of a member. */
  changes: Limiter
  /** Links begun by a Discord account. */
  linkBegins: Limiter
  /** Codes by mail: those that a Discord account asked for, and those that were sent to a person. */
  linkMails: Limiter
  linkMailsOfDay: Limiter
  linkMailsToPerson: Limiter
  /** Refused passwords, counted by where they came from, by the name that was typed, by whose they were not, and by link page. */
  refusedByAddress: Limiter
  refusedByUsername: Limiter
  refusedByPerson: Limiter
  refusedByAttempt: Limiter
  /** Entries in the audit about passwords that were not tried. */
  untriedEntries: Limiter
  /** Notices of a member's programs. */
  notices: Limiter
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
  sessionDays: number
  /** In which pages and mails write times: an IANA name. */
  siteTimeZone: string
  /** The gidNumber that makes an admin. */
  adminGid: number | null
  removalLimit: RemovalLimit
  /** Whether entries of the directory's class of lists have a description; where not, it is kept here. */
  listsHoldDescription: boolean
  /** Signs checkpoints of the audit; null where there are none. */
  auditSigningKey: string | null
  /** Where admins are told of what the API itself sees. */
  alertTo: AlertTo
  /** Where notices about workflows and developers' own go that no rule sends elsewhere. */
  workflowChannelId: string | null
  /** Without one, that route is off. */
  githubWebhookSecret: string | null
  alertmanagerToken: string | null
}

/** What the API process owns. */
export type Context = {
  settings: Settings
  log: Logger
  metrics: ProcessMetrics
  db: Database
  directory: PersonDirectory
  limits: Limits
  /** Begun when a password is about to be tried; when it is over, a refusal of that one may be sent. */
  refusalFloor(): Promise<void>
  changeWaiters: ChangeWaiters
  /** Whether the database has said that this process belongs to it; before, nothing is served. */
  isInstalled: () => boolean
  /** Whether what the API leans on answers; each may take its time or throw, the reader bounds it. */
  probes: Readonly<Record<'jobs' | 'redis' | 'ldap', () => Promise<boolean>>>
  close(): Promise<void>
}

/** `installed` settles once the database has said whether this process belongs to it. @throws {MixedEnvironments} */
export type OpenContext = Context & { installed: Promise<void> }

/** Opens what the API owns. Whatever of it is away may come later: nothing here fails for that. */
export async function openContext(config: ApiConfig, log: Logger): Promise<OpenContext> {
  const db = openDatabase(config.databaseUrl, { poolMax: config.databasePoolMax, name: 'guildpost-api' })
  const metrics = createProcessMetrics()
  const directory = openDirectory({ ...config.directory, onOperation: metrics.ldapOperation }, log)
  const redis = await connectRedis({ url: config.redisUrl, environment: config.appEnv, log })
  const jobs = await probeJobStore({
    url: config.jobsUrl,
    environment: config.appEnv,
    redisUrl: config.redisUrl,
    name: 'api',
    log,
  })
  const { databaseUrl, alertTo, alertAfterS } = config
  const poolWatch = tellOfExhaustedPool(db, { databaseUrl, alertTo, alertAfterS, log })
  const changeWaiters = createChangeWaiters()
  const listener = listen(
    config.databaseUrl,
    ['change_ended', 'change_observed'],
    (_channel, changeId) => changeWaiters.wake(changeId),
    { onReconnect: () => changeWaiters.wakeAll(), log },
  )
  const closing = new AbortController()
  let isInstalled = false
  const told = { appEnv: config.appEnv, guildId: null, applicationId: null }
  const installed = untilInstalled(db, told, { signal: closing.signal, log }).then(() => {
    isInstalled = true
  })
  return {
    settings: config,
    log,
    metrics,
    db,
    directory,
    limits: openLimits(config, redis),
    refusalFloor: () => pause(refusedAfterMs),
    changeWaiters,
    isInstalled: () => isInstalled,
    installed,
    probes: {
      jobs: () => jobs.healthy(),
      redis: () => redis.healthy(),
      ldap: () => directory.healthy(),
    },
    close: async () => {
      closing.abort()
      await Promise.allSettled([
        poolWatch.stop(),
        listener.close(),
        jobs.close(),
        directory.close(),
        db.destroy(),
      ])
      redis.close()
    },
  }
}

/** Longer than trying a password takes, whatever hash the directory keeps. */
const refusedAfterMs = 400
const tenMinutesS = 10 * 60
const quarterHourS = 15 * 60
const hourS = 3600
const dayS = 24 * hourS

function openLimits(config: ApiConfig, redis: RedisConnection): Limits {
  const limit = (name: string, points: number, windowS: number) =>
    createLimiter({ redis, name, points, windowS })
  return {
    changes: limit('changes', config.changesLimit, config.changesWindowS),
    linkBegins: limit('link-begins', 10, quarterHourS),
    // Five tries each: a code of six digits is not guessed in years, and nobody's mailbox is flooded.
    linkMails: limit('link-mails', 5, hourS),
    linkMailsOfDay: limit('link-mails-of-day', 10, dayS),
    linkMailsToPerson: limit('link-mails-to-person', 5, dayS),
    refusedByAddress: limit('refused-by-address', 50, quarterHourS),
    refusedByUsername: limit('refused-by-username', 5, quarterHourS),
    refusedByPerson: limit('refused-by-person', 5, quarterHourS),
    refusedByAttempt: limit('refused-by-attempt', 10, quarterHourS),
    untriedEntries: limit('untried-entries', 1, quarterHourS),
    notices: limit('notices', 60, tenMinutesS),
  }
}
