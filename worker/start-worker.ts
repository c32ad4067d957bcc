import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { lastingTrouble, namedTroubles } from '../domain/rules/lasting-trouble.ts'
import { pause } from '../domain/rules/pause.ts'
import { retryDelayMs } from '../domain/rules/retry-delay.ts'
import { openDatabase } from '../domain/store/database.ts'
import type { ConfigError } from '../domain/contracts/read-environment.ts'
import type { Belonging } from '../domain/store/installation/check-installation.ts'
import { endRests } from '../domain/store/outbox/destination.ts'
import { listen, type Listener } from '../domain/store/listen.ts'
import { noteWorker, workerSaysS } from '../domain/store/installation/note-worker.ts'
import { untilInstalled } from '../domain/store/installation/until-installed.ts'
import type { WorkerConfig } from './config.ts'
import type { WorkerContext } from './context.ts'
import { deliverOutbox } from './deliver/deliver-outbox.ts'
import { defineJobs, scheduleJobs } from './jobs/define-jobs.ts'
import { sweep } from './jobs/sweep.ts'
import { startHealthListener } from './health.ts'
import { measureContext } from './metrics/measure-context.ts'
import { createHoldEar } from './holds/look-at-holds.ts'
import { closeContext, openContext } from './open-context.ts'
import { lookOnceForAll } from './look-once.ts'
import { tellOfRequests } from './requests/tell-of-requests.ts'
import { followLinks } from './roles/follow-links.ts'
import { reconcileRoles } from './roles/reconcile-roles.ts'
import { refuseUnfitRole } from './roles/refuse-unfit-role.ts'
import { followDirectory } from './sync/follow-directory.ts'
import { catchUp, runQueued } from './sync/run-sync.ts'
import { createTargetWatch } from './targets/watch-target.ts'
import { wakeLane } from './wake-lane.ts'
import { startWatching } from './watch/watch.ts'

export type Worker = {
  context: WorkerContext
  /** Settles, with why, when a database that came late turned out to be somebody else's. */
  lost: Promise<ConfigError>
  stop: () => Promise<void>
}

/** How long a stop waits for the work in hand, all of it together. */
const graceMs = 8000
/** A last look at what does not answer is not waited for. */
const lastLookMs = 1000
/** Nor is a goodbye to it: a pool closes only once each of its questions is answered. */
const goodbyeMs = 2000

/**
 * Starts a worker: it hears of new changes by NOTIFY, runs jobs, and looks for itself at start and after every time that it
 * could not listen. Nothing needs to be up yet. `overrides` replaces parts in tests.
 * @throws {ConfigError} when the role of linked members must not be given to anybody, or the database is somebody else's.
 */
export async function startWorker(
  config: WorkerConfig,
  log: Logger,
  overrides: Partial<WorkerContext> = {},
): Promise<Worker> {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()

  const troubles = namedTroubles()
  /** Background work: its failure is logged, and the next sweep finds what it left. */
  const run = (name: string, work: () => Promise<unknown>) => {
    if (stopping.signal.aborted) return
    const trouble = troubles(name)
    const done: Promise<void> = work()
      .then(
        () => trouble.over((lastedMs) => log.info({ lastedMs }, `${name} goes well again`)),
        (error: unknown) =>
          trouble.met(error, () => log.warn({ err: error }, `${name} failed, the next sweep looks again`)),
      )
      .then(() => {
        running.delete(done)
      })
    running.add(done)
  }
  const later: WorkerContext['later'] = (what, inMs, work) => {
    setTimeout(() => run(what, work), inMs).unref()
  }
  const context = measureContext(
    await openContext(config, log, { stopping: stopping.signal, later, ...overrides }),
  )
  const role = context.verifiedRole
  if (role !== null) await refuseUnfitRole(context, role).catch((error) => closeAndThrow(context, error))

  /** What was said while nobody listened was not heard. */
  const lookAtRoles = () => {
    if (role !== null) run('comparing roles with links', () => reconcileRoles(context, role))
  }
  const hearHold = createHoldEar(context)
  const hearRequests = lookOnceForAll(() => tellOfRequests(context))
  const watchTarget = createTargetWatch(context)
  const hear: Record<string, (payload: string) => void> = {
    change_queued: (lane) => run('waking a lane', () => wakeLane(context, Number(lane))),
    target: (name) => run('watching a target', () => watchTarget(name)),
    outbox: () => run('delivering', () => deliverOutbox(context)),
    sync_queued: () => run('reading the directory as asked', () => runQueued(context)),
    requests: () => run('telling of requests', hearRequests),
    hold: (holdId) => run('looking at holds', () => hearHold(holdId)),
    link_changed: (account) => {
      if (role !== null) run('following a link', () => followLinks(context, role, [account]))
    },
  }
  defineJobs(context)
  const health =
    config.HEALTH_PORT === undefined ? null : await startHealthListener(config.HEALTH_PORT, context)
  const watchDb = openDatabase(config.DATABASE_URL, { poolMax: 1, name: 'guildpost-watch' })
  const watching = startWatching(context, watchDb)
  let listener: Listener | null = null
  let timer: NodeJS.Timeout | undefined
  let beat: NodeJS.Timeout | undefined
  const begin = () => {
    const listening = listen(
      config.DATABASE_URL,
      Object.keys(hear),
      (channel, payload) => hear[channel]?.(payload),
      {
        log,
        onReconnect: () => {
          run('sweeping', () => sweep(context))
          lookAtRoles()
        },
      },
    )
    listener = listening
    const tried = Promise.withResolvers<void>()
    run('starting the jobs', () => startJobs(context, stopping.signal, tried.resolve))
    run('the first look', async () => {
      await Promise.all([listening.ready, tried.promise])
      await endRests(context.db)
      await sweep(context)
    })
    void listening.ready.then(lookAtRoles)
    if (context.followsDirectory)
      run('following the directory', () => followDirectory(context, config.DATABASE_URL))
    timer = setInterval(
      () => run('sweeping without the job store', () => sweepWithoutJobs(context)),
      context.sweepIntervalS * 1000,
    )
    const sayAlive = () => run('saying that it lives', () => noteWorker(watchDb, context))
    sayAlive()
    beat = setInterval(sayAlive, workerSaysS * 1000)
  }
  const lost = Promise.withResolvers<ConfigError>()
  const installed = untilInstalled(context.db, belongingOf(config), { signal: stopping.signal, log }).then(
    () => {
      if (!stopping.signal.aborted) begin()
    },
  )
  installed.catch((error: ConfigError) => lost.resolve(error))
  const stop = async () => {
    stopping.abort()
    clearInterval(timer)
    clearInterval(beat)
    await listener?.close()
    const endsAt = performance.now() + graceMs
    const leftMs = () => Math.max(0, endsAt - performance.now())
    await context.jobs.stop({ graceMs })
    await Promise.race([Promise.all(running), delay(leftMs(), undefined, { ref: false })])
    await Promise.race([
      watching.stop().then(() => watchDb.destroy()),
      delay(lastLookMs, undefined, { ref: false }),
    ])
    await health?.close()
    await Promise.race([closeContext(context), delay(goodbyeMs, undefined, { ref: false })])
  }
  await Promise.race([installed, delay(installedWithinMs)]).catch(async (error) => {
    await stop()
    throw error
  })
  return { context, lost: lost.promise, stop }
}

/** Longer than a database that is there takes to say whose it is. */
const installedWithinMs = 3000

const belongingOf = (config: WorkerConfig): Belonging => ({
  appEnv: config.APP_ENV,
  guildId: config.DISCORD_GUILD_ID ?? null,
  applicationId: null,
})

async function closeAndThrow(context: WorkerContext, error: unknown): Promise<never> {
  await closeContext(context)
  throw error
}

/**
 * The job store may come later than the worker: until it is there, the worker's own timer does the sweeping. `tried` is called
 * once it is known whether it is there now.
 */
async function startJobs(context: WorkerContext, stopping: AbortSignal, tried: () => void): Promise<void> {
  const trouble = lastingTrouble()
  for (let attempts = 0; !stopping.aborted; attempts += 1) {
    try {
      await context.jobs.start()
      await scheduleJobs(context)
      context.log.info('ready for work')
      tried()
      return
    } catch (error) {
      tried()
      trouble.met(error, () => context.log.warn({ err: error }, 'the job store is not there yet'))
      await pause(Math.min(5000, retryDelayMs(attempts)), stopping)
    }
  }
}

async function sweepWithoutJobs(context: WorkerContext): Promise<void> {
  if (await context.jobs.healthy()) return
  await sweep(context)
  await catchUp(context)
}
