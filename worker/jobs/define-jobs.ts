import { answerPing } from '../../domain/store/installation/answer-ping.ts'
import { prune } from '../../domain/store/installation/prune.ts'
import { sealAuditToEnd } from '../../domain/store/audit/seal-audit.ts'
import { laneCount } from '../../domain/rules/lane.ts'
import { retryDelayMs } from '../../domain/rules/retry-delay.ts'
import { createAuditCheckpoints } from '../audit/checkpoint-audit.ts'
import type { WorkerContext } from '../context.ts'
import { unlinkGone } from '../links/unlink-gone.ts'
import { reconcileRoles } from '../roles/reconcile-roles.ts'
import { catchUp, reconcile } from '../sync/run-sync.ts'
import { runApply } from '../wake-lane.ts'
import { endForgotten } from '../watch/end-forgotten.ts'
import { sweep } from './sweep.ts'

/** How long after a worker's death another one takes its job. */
const lockLifetimeMs = 30_000
const oneAtOnce = { concurrency: 1, lockLifetimeMs }
/** What is done in a moment, again and again, nobody waits for as long; twice at once does no harm. */
const oneBriefly = { concurrency: 1, lockLifetimeMs: 10_000 }
const sealEveryS = 1
const pruneEveryS = 3600
const checkpointEveryS = 24 * 3600

/** What each job does, and how many of each kind this worker runs at once. */
export function defineJobs(context: WorkerContext): void {
  const { jobs, db, verifiedRole } = context
  jobs.define('apply', { concurrency: laneCount, lockLifetimeMs }, ({ lane }) => runApply(context, lane))
  jobs.define('sync-directory', oneAtOnce, readDirectory(context, 'sync-directory', catchUp))
  jobs.define('reconcile', oneAtOnce, readDirectory(context, 'reconcile', reconcile))
  jobs.define('sweep', oneBriefly, () => sweep(context))
  // Not taken by a worker that minds no role: it would be done, and nothing looked at.
  if (verifiedRole !== null)
    jobs.define('reconcile-roles', oneAtOnce, () => reconcileRoles(context, verifiedRole))
  jobs.define('unlink-gone', oneAtOnce, () => unlinkGone(context))
  jobs.define('ping', oneAtOnce, ({ id }) => answerPing(db, id))
  jobs.define('seal-audit', oneBriefly, async () => {
    await sealAuditToEnd(db)
  })
  jobs.define('checkpoint-audit', oneAtOnce, createAuditCheckpoints(context))
  jobs.define('prune', oneAtOnce, async () => {
    await endForgotten(context)
    await prune(db)
  })
}

/** The clock: what runs again and again, once among all workers. */
export async function scheduleJobs(context: WorkerContext): Promise<void> {
  const { jobs } = context
  await jobs.every('sync-directory', context.syncIntervalS, {})
  await jobs.every('reconcile', context.reconcileIntervalS, {})
  await jobs.every('sweep', context.sweepIntervalS, {})
  if (context.verifiedRole !== null) await jobs.every('reconcile-roles', context.reconcileIntervalS, {})
  await jobs.every('unlink-gone', context.reconcileIntervalS, {})
  await jobs.every('seal-audit', sealEveryS, {})
  await jobs.every('checkpoint-audit', checkpointEveryS, {})
  await jobs.every('prune', pruneEveryS, {})
}

/** A read that failed is tried again sooner than the clock would, so that a directory that comes back is seen at once. */
function readDirectory(
  context: WorkerContext,
  name: 'sync-directory' | 'reconcile',
  read: (context: WorkerContext) => Promise<void>,
): () => Promise<void> {
  let failures = 0
  let isToReadAgain = false
  return async () => {
    try {
      await read(context)
      failures = 0
    } catch (error) {
      const inMs = Math.min(retryDelayMs(failures), context.syncIntervalS * 1000)
      failures += 1
      if (!isToReadAgain)
        context.later('reading the directory again', inMs, async () => {
          isToReadAgain = false
          await context.jobs.now(name, {})
        })
      isToReadAgain = true
      throw error
    }
  }
}
