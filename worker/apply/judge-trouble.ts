import { asFailure, DirectoryFailure, IncompleteRead, isUnexplained } from '../../adapters/ldap/failure.ts'
import { resultCode } from '../../adapters/ldap/result-codes.ts'
import { probeDelayMs, retryDelayMs } from '../../domain/rules/retry-delay.ts'
import type { LeasedList } from '../../domain/store/apply/lease-list.ts'
import { markRefusedAlone } from '../../domain/store/apply/refused-lists.ts'
import { pauseTarget, unreachable } from '../../domain/store/apply/target.ts'
import type { WorkerContext } from '../context.ts'
import { alertIncompleteRead } from '../sync/alert-incomplete-read.ts'

/**
 * Why something waits and for how long. `own`: the trouble is that of one list, and each attempt counts. Else the directory refuses us,
 * is away or shows less than it has: no attempt is lost on it.
 */
export type Trouble = { code: string; inMs: number; own: boolean }

/** The list that was refused is tried again after this, should the target go on with the others. */
const refusedAgainMs = 60_000

/** What could not be read completely is read again after this. */
const incompleteAgainMs = 15_000

/**
 * Judges a failure that keeps work from being done, and pauses the target where that is in trouble: when it refuses us, and when it
 * does not answer. A failure that may be that of one list alone (it timed out, the connection was closed) is followed by a probe,
 * which tells.
 */
export async function judgeTrouble(
  context: WorkerContext,
  { list, attempts }: { list: LeasedList; attempts: number },
  error: unknown,
): Promise<Trouble> {
  const own: Trouble = { code: 'unexpected', inMs: retryDelayMs(attempts), own: true }
  if (error instanceof IncompleteRead) return incomplete(context, list, error)
  if (!(error instanceof DirectoryFailure)) return own
  switch (error.kind) {
    case 'pause':
      return list.isRefusedAlone ? refusedAlone(context, list, error) : refused(context, list, error)
    case 'recompute':
    case 'permanent':
      return { ...own, code: error.kind }
    case 'transient':
    case 'unknown-outcome': {
      // One search or modify took too long.
      const tookTooLong = error.code === resultCode.timeLimitExceeded
      if (isUnexplained(error) || tookTooLong) return { ...own, code: error.kind }
      // No connection could be made: a probe could do no more.
      const met = error.kind === 'transient' && error.code === null ? error : await probe(context)
      if (met === null) return { ...own, code: error.kind }
      return met.kind === 'pause' ? refused(context, list, met) : away(context, list, met)
    }
  }
}

/** Admins are told. A limit, or a server that sends us elsewhere, is the same for every list. */
async function incomplete(context: WorkerContext, list: LeasedList, error: IncompleteRead): Promise<Trouble> {
  await alertIncompleteRead(context, error)
  const { cause } = error
  const failure = cause instanceof Error ? asFailure(cause, true) : null
  if (failure?.kind === 'pause')
    return list.isRefusedAlone ? refusedAlone(context, list, failure) : refused(context, list, failure)
  return { code: 'incomplete', inMs: incompleteAgainMs, own: false }
}

/** Null when the directory answers. */
async function probe({ directory }: WorkerContext): Promise<DirectoryFailure | null> {
  try {
    await directory.probe()
    return null
  } catch (error) {
    if (error instanceof DirectoryFailure) return error
    throw error
  }
}

/** It is known that others are taken: this one waits alone. */
async function refusedAlone(
  { db }: WorkerContext,
  { id }: LeasedList,
  error: DirectoryFailure,
): Promise<Trouble> {
  await markRefusedAlone(db, id, { code: String(error.code), reason: error.message })
  return { code: error.kind, inMs: refusedAgainMs, own: false }
}

async function refused(context: WorkerContext, list: LeasedList, error: DirectoryFailure): Promise<Trouble> {
  await pause(context, list, { code: String(error.code), reason: error.message })
  return { code: error.kind, inMs: refusedAgainMs, own: false }
}

async function away(context: WorkerContext, list: LeasedList, error: DirectoryFailure): Promise<Trouble> {
  await pause(context, list, { code: unreachable, reason: error.message })
  return { code: error.kind, inMs: 0, own: false }
}

async function pause(
  context: WorkerContext,
  { id: listId, source }: LeasedList,
  why: { code: string; reason: string },
): Promise<void> {
  const probeInMs = probeDelayMs(0, { unreachable: why.code === unreachable })
  if (await pauseTarget(context.db, source, { ...why, listId, probeInMs }))
    context.log.warn(
      { target: source, ...why },
      'the target is paused: changes wait until it takes them again',
    )
}
