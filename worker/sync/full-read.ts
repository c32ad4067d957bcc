import type { SyncMode } from '../../domain/contracts/sync-run.ts'
import { takeTurn } from '../../domain/store/take-turn.ts'
import {
  endRun,
  failAbandonedRuns,
  type RunningRun,
  startRun,
  type SyncReport,
  takeQueuedRun,
  wasFullyRead,
} from '../../domain/store/mirror/sync-runs.ts'
import type { SyncContext } from '../context.ts'
import type { Pass } from './pass.ts'
import { readAdmins } from './read-admins.ts'
import { readListsIntoMirror } from './read-lists-into-mirror.ts'
import { readPeopleIntoMirror } from './read-people-into-mirror.ts'

const turnMs = 60_000

/**
 * Reads all people and lists into the mirror; only what differs is written. One worker at a time: gives null when another
 * one is at it. What is incomplete removes nothing and ends as a failed run.
 * @throws {IncompleteRead} @throws {DirectoryFailure}
 */
export async function fullRead(
  context: SyncContext,
  {
    mode = 'full',
    unlessWithinS = 0,
    until,
  }: {
    mode?: SyncMode
    /** Not if it was done within so many seconds: null then too. */
    unlessWithinS?: number
    /** It stops short when this is aborted. */
    until?: AbortSignal | undefined
  } = {},
): Promise<SyncReport | null> {
  const { db } = context
  const isDone = async () => unlessWithinS > 0 && (await wasFullyRead(db, unlessWithinS))
  if (await isDone()) return null
  return inTurn(context, until, async (signal) => {
    // Another worker may have done it before the turn was ours.
    if (await isDone()) return null
    return readOnce(context, await startRun(db, mode), signal)
  })
}

/** Reads what somebody asked for; null when nobody did, or when another worker is at it. @throws as above */
export async function readAsAsked(
  context: SyncContext,
  until?: AbortSignal,
): Promise<{ report: SyncReport; run: RunningRun } | null> {
  return inTurn(context, until, async (signal) => {
    const run = await takeQueuedRun(context.db)
    return run && { run, report: await readOnce(context, run, signal) }
  })
}

async function inTurn<Result>(
  { db, log }: SyncContext,
  until: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const turn = await takeTurn(db, 'sync-directory', turnMs)
  if (!turn) return null
  const lost = new AbortController()
  const keeping = setInterval(() => {
    turn
      .keep()
      .then((isOurs) => isOurs || lost.abort(new Error('another worker has the turn to read the directory')))
      .catch((error: unknown) => log.warn({ err: error }, 'the turn to read the directory could not be kept'))
  }, turnMs / 3)
  try {
    await failAbandonedRuns(db)
    return await work(AbortSignal.any([lost.signal, ...(until ? [until] : [])]))
  } finally {
    clearInterval(keeping)
    await turn.giveBack()
  }
}

async function readOnce(context: SyncContext, run: RunningRun, signal: AbortSignal): Promise<SyncReport> {
  const { db, log } = context
  const report: SyncReport = {
    people: { seen: 0, written: 0, gone: 0 },
    lists: { seen: 0, written: 0, gone: 0, nameTaken: [] },
    differences: [],
  }
  const pass: Pass = { run, report, signal }
  try {
    await readPeopleIntoMirror(context, pass)
    if (!run.dryRun) await readAdmins(context)
    await readListsIntoMirror(context, pass)
    await endRun(db, run, 'done', report)
    const { differences, ...counts } = report
    log.info(
      { run: run.id, mode: run.mode, ...counts, differing: differences.length },
      'the directory was read',
    )
    return report
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    await endRun(db, run, 'failed', { ...report, problem })
    throw error
  }
}
