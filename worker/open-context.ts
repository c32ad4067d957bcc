import type { Logger } from 'pino'
import { createDiscordRest } from '../adapters/discord-rest/create-discord-rest.ts'
import { createJobs } from '../adapters/jobs/create-jobs.ts'
import { openDirectory } from '../adapters/ldap/directory.ts'
import { createMailer } from '../adapters/mail/create-mailer.ts'
import { openDatabase } from '../domain/store/database.ts'
import type { WorkerConfig } from './config.ts'
import type { WorkerContext } from './context.ts'
import { verifiedRole } from './roles/verified-role.ts'

/** Opens what a worker owns. Whatever of it is away may come later; `overrides` takes the place of parts. */
export async function openContext(
  config: WorkerConfig,
  log: Logger,
  overrides: Pick<WorkerContext, 'stopping' | 'later'> & Partial<WorkerContext>,
): Promise<WorkerContext> {
  const prod = config.APP_ENV === 'prod'
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
      }),
    jobs:
      overrides.jobs ??
      (await createJobs({
        url: config.JOBS_URL,
        environment: config.APP_ENV,
        redisUrl: config.REDIS_URL,
        name: `worker-${process.pid}`,
        log,
      })),
    mailer: overrides.mailer ?? createMailer({ url: config.SMTP_URL, from: config.MAIL_FROM, log }),
    discord:
      overrides.discord ??
      createDiscordRest({ token: config.DISCORD_TOKEN, apiUrl: config.DISCORD_API_URL, log }),
    log,
    leaseMs: 30_000,
    observeOnly: config.WRITES === 'off',
    placeholderDn: config.LDAP_PLACEHOLDER_DN ?? config.LDAP_BIND_DN,
    adminGroup: config.LDAP_ADMIN_GROUP ?? null,
    adminGid: config.LDAP_ADMIN_GID ?? null,
    firstJoin: config.LISTS_DEFAULT_JOIN ?? (prod ? 'closed' : 'open'),
    firstHidden: prod && config.LISTS_DEFAULT_JOIN === undefined,
    verifiedRole: verifiedRole(config.DISCORD_GUILD_ID, config.DISCORD_VERIFIED_ROLE_ID),
    alertTo: { channelId: config.DISCORD_ALERT_CHANNEL_ID ?? null, mailTo: config.ALERT_MAIL_TO ?? null },
    alertAfterS: config.ALERT_AFTER_S,
    removalLimit: { percent: config.REMOVAL_LIMIT_PERCENT, count: config.REMOVAL_LIMIT_COUNT },
    auditSigningKey: config.AUDIT_SIGNING_KEY ?? null,
    metricsToken: config.METRICS_TOKEN ?? null,
    syncIntervalS: config.SYNC_INTERVAL_S,
    reconcileIntervalS: config.RECONCILE_INTERVAL_S,
    sweepIntervalS: config.SWEEP_INTERVAL_S,
    ...overrides,
  }
}

/** Closes it; the jobs are stopped before, since they still use it. */
export async function closeContext({ mailer, directory, db }: WorkerContext): Promise<void> {
  mailer.close()
  await directory.close()
  await db.destroy()
}
