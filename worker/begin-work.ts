import { lastingTrouble } from '../domain/rules/lasting-trouble.ts'
import { pause } from '../domain/rules/pause.ts'
import { retryDelayMs } from '../domain/rules/retry-delay.ts'
import type { Database } from '../domain/store/database.ts'
import { noteWorker, workerSaysS } from '../domain/store/installation/note-worker.ts'
import { listen } from '../domain/store/listen.ts'
import { endRests } from '../domain/store/outbox/destination.ts'
import type { BackgroundWork } from './background-work.ts'
import type { WorkerContext } from './context.ts'
import { createEars } from './ears.ts'
import { scheduleJobs } from './jobs/define-jobs.ts'
import { sweep } from './jobs/sweep.ts'
import { reconcileRoles } from './roles/reconcile-roles.ts'
import { followDirectory } from './sync/follow-directory.ts'
import { catchUp } from './sync/run-sync.ts'

/** What wakes a worker, until it is stopped: that ends no work which is under way. */
export type BegunWork = { stop: () => Promise<void> }

/**
 * Begins what only a database that is ours may be asked for: to hear of work by NOTIFY, to look at once and after every time that it could
 * not be heard, to run jobs by the clock, to follow the directory and to say that this worker lives. `watchDb` is for the last of these.
 */
export function beginWork(
  context: WorkerContext,
  { databaseUrl, watchDb, run }: { databaseUrl: string; watchDb: Database; run: BackgroundWork['run'] },
): BegunWork {
  const { log, verifiedRole: role } = context
  /** What was said while nobody listened was not heard. */
  const lookAtRoles = () => {
    if (role !== null) run('comparing roles with links', () => reconcileRoles(context, role))
  }
  const ears = createEars(context, run)
  const listener = listen(databaseUrl, Object.keys(ears), (channel, payload) => ears[channel]?.(payload), {
    log,
    onReconnect: () => {
      run('sweeping', () => sweep(context))
      lookAtRoles()
    },
  })
  const tried = Promise.withResolvers<void>()
  run('starting the jobs', () => startJobs(context, tried.resolve))
  run('the first look', async () => {
    await Promise.all([listener.ready, tried.promise])
    await endRests(context.db)
    await sweep(context)
  })
  void listener.ready.then(lookAtRoles)
  if (context.followsDirectory) run('following the directory', () => followDirectory(context, databaseUrl))
  const timer = setInterval(
    () => run('sweeping without the job store', () => sweepWithoutJobs(context)),
    context.sweepIntervalS * 1000,
  )
  const sayAlive = () => run('saying that it lives', () => noteWorker(watchDb, context))
  sayAlive()
  const beat = setInterval(sayAlive, workerSaysS * 1000)
  return {
    stop: () => {
      clearInterval(timer)
      clearInterval(beat)
      return listener.close()
    },
  }
}

/**
 * The job store may come later than the worker: until it is there, the worker's own timer does the sweeping. `tried` is called
 * once it is known whether it is there now.
 */
async function startJobs(context: WorkerContext, tried: () => void): Promise<void> {
  const { jobs, log, stopping } = context
  const trouble = lastingTrouble()
  for (let attempts = 0; !stopping.aborted; attempts += 1) {
    try {
      await jobs.start()
      await scheduleJobs(context)
      log.info('ready for work')
      tried()
      return
    } catch (error) {
      tried()
      trouble.met(error, () => log.warn({ err: error }, 'the job store is not there yet'))
      await pause(Math.min(5000, retryDelayMs(attempts)), stopping)
    }
  }
}

async function sweepWithoutJobs(context: WorkerContext): Promise<void> {
  if (await context.jobs.healthy()) return
  await sweep(context)
  await catchUp(context)
}
