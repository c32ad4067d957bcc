import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { openDirectory } from '../adapters/ldap/directory.ts'
import { createProcessMetrics } from '../adapters/metrics/process-metrics.ts'
import { connectRedis, type RedisConnection } from '../adapters/redis/connect-redis.ts'
import { createLimiter } from '../adapters/redis/create-limiter.ts'
import { openDatabase } from '../domain/store/database.ts'
import { listen } from '../domain/store/listen.ts'
import { sayWhenSchemaIsOld } from '../domain/store/installation/say-when-schema-is-old.ts'
import { untilInstalled } from '../domain/store/installation/until-installed.ts'
import { migrations } from '../migrations/index.ts'
import { createChangeWaiters } from './change-waiters.ts'
import type { ApiConfig } from './config.ts'
import type { Context, Limits } from './context.ts'
import { probeJobStore } from './probe-job-store.ts'
import { exhaustedPool, refusedAccount } from './own-troubles.ts'
import { tellOfTrouble } from './tell-of-trouble.ts'

/** `installed` settles once the database has said whether this process belongs to it. @throws {MixedEnvironments} */
type OpenContext = Context & { installed: Promise<void> }

/** Opens what the API owns. Whatever of it is away may come later: nothing here fails for that. @throws {ConfigError} as `chooseStore` does. */
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
  const { databaseUrl, alertTo, alertAfterS, siteTimeZone } = config
  const account = refusedAccount(directory)
  const watch = tellOfTrouble([exhaustedPool(db), account], {
    databaseUrl,
    alertTo,
    alertAfterS,
    siteTimeZone,
    log,
  })
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
    if (!closing.signal.aborted) void sayWhenSchemaIsOld(db, migrations, log)
  })
  return {
    settings: config,
    log,
    metrics,
    db,
    directory,
    limits: openLimits(config, redis),
    refusalFloor: () => delay(refusedAfterMs),
    changeWaiters,
    isInstalled: () => isInstalled,
    installed,
    probes: {
      jobs: () => jobs.healthy(),
      redis: () => redis.healthy(),
      // A connection that is bound goes on with a password of before: who signs in has one made anew.
      ldap: async () => account.see() === null && directory.healthy(),
    },
    close: async () => {
      closing.abort()
      await Promise.allSettled([
        watch.stop(),
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
