import type { Logger } from 'pino'
import { createDiscordRest } from '../adapters/discord-rest/create-discord-rest.ts'
import { createJobs } from '../adapters/jobs/create-jobs.ts'
import { openDirectory } from '../adapters/ldap/directory.ts'
import { createMailer } from '../adapters/mail/create-mailer.ts'
import { connectRedis, type RedisConnection } from '../adapters/redis/connect-redis.ts'
import { openDatabase } from '../domain/store/database.ts'
import { bulkSlot } from './apply/bulk-slot.ts'
import { heavySlot } from './apply/heavy-slot.ts'
import type { WorkerConfig } from './config.ts'
import type { WorkerContext } from './context.ts'
import { straightAlerts } from './deliver/straight-alerts.ts'
import { slots } from './deliver/slots.ts'
import { logFailures } from './jobs/log-failures.ts'
import { createMetrics } from './metrics/create-metrics.ts'
import { verifiedRole } from './roles/verified-role.ts'

/** Opens what a worker owns. Whatever of it is away may come later; `overrides` takes the place of parts. */
export async function openContext(
  config: WorkerConfig,
  log: Logger,
  overrides: Pick<WorkerContext, 'stopping' | 'later'> & Partial<WorkerContext>,
): Promise<WorkerContext> {
  const prod = config.APP_ENV === 'prod'
  const metrics = overrides.metrics ?? createMetrics()
  const mailer = overrides.mailer ?? createMailer({ url: config.SMTP_URL, from: config.MAIL_FROM, log })
  const discord =
    overrides.discord ??
    createDiscordRest({ token: config.DISCORD_TOKEN, apiUrl: config.DISCORD_API_URL, log })
  const redis = overrides.redis ?? lazyRedis(config, log)
  const alertTo = {
    channelId: config.DISCORD_ALERT_CHANNEL_ID ?? null,
    mailTo: config.ALERT_MAIL_TO ?? null,
  }
  return {
    db:
      overrides.db ??
      openDatabase(config.DATABASE_URL, { poolMax: config.DATABASE_POOL_MAX, name: 'guildpost-worker' }),
    directory:
      overrides.directory ??
      openDirectory({
        url: config.LDAP_URL,
        caFile: config.LDAP_CA_FILE,
        startTls: config.LDAP_STARTTLS === 'on',
        bindDn: config.LDAP_BIND_DN,
        bindPassword: config.LDAP_BIND_PASSWORD,
        peopleBase: config.LDAP_PEOPLE_BASE,
        peopleFilter: config.LDAP_PEOPLE_FILTER,
        listsBase: config.LDAP_LISTS_BASE,
        listClass: config.LDAP_LIST_CLASS,
        adminGroup: config.LDAP_ADMIN_GROUP,
        onOperation: metrics.ldapOperation,
      }),
    jobs:
      overrides.jobs ??
      (await createJobs({
        url: config.JOBS_URL,
        environment: config.APP_ENV,
        redisUrl: config.REDIS_URL,
        name: `worker-${process.pid}`,
        log,
        onEnd: logFailures(log),
      })),
    mailer,
    discord,
    redis,
    straight: straightAlerts({ redis, discord, mailer, alertTo, log, stopping: overrides.stopping }),
    log,
    metrics,
    leaseMs: 30_000,
    heavySlot: heavySlot(),
    noticeSlots: slots(destinationsAtOnce),
    mailSlots: slots(mailsAtOnce),
    bulkSlot: bulkSlot(),
    observeOnly: config.WRITES === 'off',
    placeholderDn: config.LDAP_PLACEHOLDER_DN ?? config.LDAP_BIND_DN,
    adminGroup: config.LDAP_ADMIN_GROUP ?? null,
    adminGid: config.LDAP_ADMIN_GID ?? null,
    firstJoin: config.LISTS_DEFAULT_JOIN ?? (prod ? 'closed' : 'open'),
    firstHidden: prod && config.LISTS_DEFAULT_JOIN === undefined,
    verifiedRole: verifiedRole(config.DISCORD_GUILD_ID, config.DISCORD_VERIFIED_ROLE_ID),
    alertTo,
    alertAfterS: config.ALERT_AFTER_S,
    removalLimit: { percent: config.REMOVAL_LIMIT_PERCENT, count: config.REMOVAL_LIMIT_COUNT },
    siteTimeZone: config.SITE_TZ,
    auditSigningKey: config.AUDIT_SIGNING_KEY ?? null,
    metricsToken: config.METRICS_TOKEN ?? null,
    followsDirectory: true,
    syncIntervalS: config.SYNC_INTERVAL_S,
    reconcileIntervalS: config.RECONCILE_INTERVAL_S,
    sweepIntervalS: config.SWEEP_INTERVAL_S,
    ...overrides,
  }
}

/** Discord may be slow: so many destinations are served side by side. */
const destinationsAtOnce = 4
/** A slow mail server holds up so many of a worker's mails, and its other work not at all. */
const mailsAtOnce = 2

/** Connects at the first use. */
function lazyRedis(config: WorkerConfig, log: Logger): WorkerContext['redis'] {
  let connecting: Promise<RedisConnection> | undefined
  return () => (connecting ??= connectRedis({ url: config.REDIS_URL, environment: config.APP_ENV, log }))
}

/** Closes it; the jobs are stopped before, since they still use it. */
export async function closeContext({ mailer, directory, db, redis }: WorkerContext): Promise<void> {
  mailer.close()
  const connection = await redis()
  connection.close()
  await directory.close()
  await db.destroy()
}
