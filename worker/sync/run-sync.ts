import type { SyncMode } from '../../domain/contracts/sync-run.ts'
import { directoryAgeS } from '../../domain/store/mirror/directory-age.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { feedAgeS } from '../../domain/store/mirror/feed.ts'
import { isRunQueued } from '../../domain/store/mirror/sync-runs.ts'
import type { FollowContext } from '../context.ts'
import { alertIncompleteRead, incompleteReadIncident } from './alert-incomplete-read.ts'
import { announceDrifts } from './announce-drifts.ts'
import { fullRead, readAsAsked } from './full-read.ts'

/** What is begun stops short when the worker is asked to stop. */
type ReadContext = FollowContext & { stopping?: AbortSignal }

/** By the clock, where no live feed keeps the mirror up to date. @throws {IncompleteRead} @throws {DirectoryFailure} */
export async function catchUp(context: ReadContext): Promise<void> {
  const feedAge = await feedAgeS(context.db)
  if (feedAge !== null && feedAge <= context.syncIntervalS) return
  // The first read is of everything.
  await readAndTell(context, (await directoryAgeS(context.db)) === null ? 'full' : 'incremental')
}

/**
 * Compares everything, also who is on each list: what differs is put right and reported. Not if that was done a moment ago, at the first
 * read or because somebody asked for it. @throws as above
 */
export async function reconcile(context: ReadContext): Promise<void> {
  await readAndTell(context, 'full', context.reconcileIntervalS / 2)
}

/** Does what was asked for, one run after the other. @throws as above */
export async function runQueued(context: ReadContext): Promise<void> {
  while (await isRunQueued(context.db)) {
    const done = await telling(context, () => readAsAsked(context, context.stopping))
    // Another worker is at it, and looks for more when it is done.
    if (done === null) return
    if (!done.run.dryRun) await afterRead(context)
  }
}

async function readAndTell(context: ReadContext, mode: SyncMode, unlessWithinS = 0): Promise<void> {
  const report = await telling(context, () =>
    fullRead(context, { mode, unlessWithinS, until: context.stopping }),
  )
  if (report !== null) await afterRead(context)
  await runQueued(context)
}

async function afterRead(context: ReadContext): Promise<void> {
  await endAlerts(context, [incompleteReadIncident])
  await announceDrifts(context)
}

async function telling<Result>(context: ReadContext, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    await alertIncompleteRead(context, error)
    throw error
  }
}
