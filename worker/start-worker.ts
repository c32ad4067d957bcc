import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { openDatabase } from '../domain/store/database.ts'
import type { ConfigError } from '../domain/contracts/read-environment.ts'
import type { Belonging } from '../domain/store/installation/check-installation.ts'
import { sayWhenSchemaIsOld } from '../domain/store/installation/say-when-schema-is-old.ts'
import { installedWithinMs, untilInstalled } from '../domain/store/installation/until-installed.ts'
import { migrations } from '../migrations/index.ts'
import { createBackgroundWork } from './background-work.ts'
import { beginWork, type BegunWork } from './begin-work.ts'
import type { WorkerConfig } from './config.ts'
import type { WorkerContext } from './context.ts'
import { defineJobs } from './jobs/define-jobs.ts'
import { startHealthListener } from './health.ts'
import { measureContext } from './metrics/measure-context.ts'
import { closeContext, openContext } from './open-context.ts'
import { refuseUnfitRole } from './roles/refuse-unfit-role.ts'
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
  const background = createBackgroundWork(log, stopping.signal)
  const context = measureContext(
    await openContext(config, log, { stopping: stopping.signal, later: background.later, ...overrides }),
  )
  const role = context.verifiedRole
  if (role !== null) await refuseUnfitRole(context, role).catch((error) => closeAndThrow(context, error))

  defineJobs(context)
  const health =
    config.HEALTH_PORT === undefined ? null : await startHealthListener(config.HEALTH_PORT, context)
  const watchDb = openDatabase(config.DATABASE_URL, { poolMax: 1, name: 'guildpost-watch' })
  const watching = startWatching(context, watchDb)
  let begun: BegunWork | null = null
  const installed = untilInstalled(context.db, belongingOf(config), { signal: stopping.signal, log }).then(
    () => {
      if (stopping.signal.aborted) return
      void sayWhenSchemaIsOld(context.db, migrations, log)
      begun = beginWork(context, { databaseUrl: config.DATABASE_URL, watchDb, run: background.run })
    },
  )
  const lost = Promise.withResolvers<ConfigError>()
  installed.catch((error: ConfigError) => lost.resolve(error))

  // What begins work ends first, then what is in hand, and last what that leans on.
  const stop = async () => {
    stopping.abort()
    await begun?.stop()
    const endsAt = performance.now() + graceMs
    await context.jobs.stop({ graceMs })
    await atMost(Math.max(0, endsAt - performance.now()), background.ended())
    await atMost(
      lastLookMs,
      watching.stop().then(() => watchDb.destroy()),
    )
    await health?.close()
    await atMost(goodbyeMs, closeContext(context))
  }
  await Promise.race([installed, delay(installedWithinMs)]).catch(async (error) => {
    await stop()
    throw error
  })
  return { context, lost: lost.promise, stop }
}

const belongingOf = (config: WorkerConfig): Belonging => ({
  appEnv: config.APP_ENV,
  guildId: config.DISCORD_GUILD_ID ?? null,
  applicationId: null,
})

async function closeAndThrow(context: WorkerContext, error: unknown): Promise<never> {
  await closeContext(context)
  throw error
}

/** Waits for it, for so long. @throws what it throws by then. */
const atMost = (ms: number, ending: Promise<unknown>): Promise<unknown> =>
  Promise.race([ending, delay(ms, undefined, { ref: false })])
