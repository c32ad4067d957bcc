import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createDiscordRest } from '../adapters/discord-rest/create-discord-rest.ts'
import { createJobs } from '../adapters/jobs/create-jobs.ts'
import { openDirectory } from '../adapters/ldap/directory.ts'
import { createMailer } from '../adapters/mail/create-mailer.ts'
import { retryDelayMs } from '../domain/rules/retry-delay.ts'
import { openDatabase } from '../domain/store/database.ts'
import { listen } from '../domain/store/listen.ts'
import type { WorkerConfig } from './config.ts'
import type { WorkerContext } from './context.ts'
import { deliverOutbox } from './deliver/deliver-outbox.ts'
import { defineJobs, scheduleJobs } from './jobs/define-jobs.ts'
import { sweep } from './jobs/sweep.ts'
import { startHealthListener } from './health.ts'
import { fullRead } from './sync/full-read.ts'
import { wakeLane } from './wake-lane.ts'

export type Worker = { context: WorkerContext; stop: () => Promise<void> }

/** How long a stop waits for the work in hand. */
const graceMs = 8000

/**
 * Starts a worker: it hears of new changes by NOTIFY, runs jobs, and looks for itself at start and after every time that it
 * could not listen. Nothing needs to be up yet. `overrides` replaces parts in tests.
 */
export async function startWorker(
  config: WorkerConfig,
  log: Logger,
  overrides: Partial<WorkerContext> = {},
): Promise<Worker> {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()

  /** Background work: its failure is logged, and the next sweep finds what it left. */
  const run = (name: string, work: () => Promise<unknown>) => {
    if (stopping.signal.aborted) return
    const done: Promise<void> = work()
      .catch((error: unknown) => log.warn({ err: error }, `${name} failed, the next sweep looks again`))
      .then(() => {
        running.delete(done)
      })
    running.add(done)
  }
  const later: WorkerContext['later'] = (what, inMs, work) => {
    setTimeout(() => run(what, work), inMs).unref()
  }
  const context = await createContext(config, log, { stopping: stopping.signal, later, ...overrides })

  defineJobs(context)
  const listener = listen(
    config.DATABASE_URL,
    ['change_queued', 'outbox'],
    (channel, payload) => {
      if (channel === 'change_queued') run('waking a lane', () => wakeLane(context, Number(payload)))
      else run('delivering', () => deliverOutbox(context))
    },
    { log, onReconnect: () => run('sweeping', () => sweep(context)) },
  )
  const health =
    config.HEALTH_PORT === undefined ? null : await startHealthListener(config.HEALTH_PORT, context)
  const tried = Promise.withResolvers<void>()
  run('starting the jobs', () => startJobs(context, stopping.signal, tried.resolve))
  run('the first look', async () => {
    await Promise.all([listener.ready, tried.promise])
    await sweep(context)
  })
  const timer = setInterval(
    () => run('sweeping without the job store', () => sweepWithoutJobs(context)),
    context.sweepIntervalS * 1000,
  )

  return {
    context,
    stop: async () => {
      stopping.abort()
      clearInterval(timer)
      await listener.close()
      await context.jobs.stop({ graceMs })
      await Promise.race([Promise.all(running), delay(graceMs, undefined, { ref: false })])
      await health?.close()
      context.mailer.close()
      await context.directory.close()
      await context.db.destroy()
    },
  }
}

/**
 * The job store may come later than the worker: until it is there, the worker's own timer does the sweeping. `tried` is called
 * once it is known whether it is there now.
 */
async function startJobs(context: WorkerContext, stopping: AbortSignal, tried: () => void): Promise<void> {
  for (let attempts = 0; !stopping.aborted; attempts += 1) {
    try {
      await context.jobs.start()
      await scheduleJobs(context)
      context.log.info('ready for work')
      tried()
      return
    } catch (error) {
      tried()
      context.log.warn({ err: error }, 'the job store is not there yet')
      await delay(Math.min(5000, retryDelayMs(attempts)), undefined, { signal: stopping, ref: false }).catch(
        () => null,
      )
    }
  }
}

async function sweepWithoutJobs(context: WorkerContext): Promise<void> {
  if (await context.jobs.healthy()) return
  await sweep(context)
  await fullRead(context)
}

async function createContext(
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
    syncIntervalS: config.SYNC_INTERVAL_S,
    sweepIntervalS: config.SWEEP_INTERVAL_S,
    ...overrides,
  }
}
