import { leaseDueList } from '../../domain/store/lease-list.ts'
import type { WorkerContext } from '../context.ts'
import { applyList } from './apply-list.ts'

/**
 * Applies whatever is due in a lane, one list after another, until nothing is: then gives null. Stops early when the
 * directory can't be worked with, since the next list would fare no better, and gives the time in milliseconds after
 * which the lane is due again.
 */
export async function drainLane(context: WorkerContext, lane: number): Promise<number | null> {
  while (!context.stopping.aborted) {
    const leased = await leaseDueList(context.db, {
      lane,
      leaseMs: context.leaseMs,
      observeOnly: context.observeOnly,
    })
    if (!leased) return null
    const { retryInMs } = await applyList(context, leased.list, leased.changes)
    if (retryInMs !== null) return retryInMs
  }
  return null
}
