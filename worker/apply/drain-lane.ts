import { isLaneDue, leaseDueList } from '../../domain/store/lease-list.ts'
import type { WorkerContext } from '../context.ts'
import { applyList } from './apply-list.ts'

/** How soon to look again for a list that somebody had locked just now. */
const lockedAgainMs = 100

/**
 * Applies whatever is due in a lane, one list after another. Stops early when the directory itself is in trouble, since the
 * next list would fare no better. Gives the time in milliseconds after which the lane is due again, null when all is done.
 */
export async function drainLane(context: WorkerContext, lane: number): Promise<number | null> {
  const { db, leaseMs, observeOnly } = context
  let soonestMs: number | null = null
  while (!context.stopping.aborted) {
    const leased = await leaseDueList(db, { lane, leaseMs, observeOnly })
    if (!leased) return (await isLaneDue(db, { lane, observeOnly })) ? lockedAgainMs : soonestMs
    const { retryInMs, away } = await applyList(context, leased.list, leased.changes)
    if (retryInMs !== null) soonestMs = Math.min(soonestMs ?? retryInMs, retryInMs)
    if (away) return soonestMs
  }
  return soonestMs
}
