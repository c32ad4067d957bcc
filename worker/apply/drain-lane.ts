import { setTimeout as delay } from 'node:timers/promises'
import { isLaneDue } from '../../domain/store/apply/due-list.ts'
import { leaseDueList } from '../../domain/store/apply/lease-list.ts'
import { newId } from '../../domain/store/new-id.ts'
import type { WorkerContext } from '../context.ts'
import { applyList } from './apply-list.ts'
import { giveBackWhatIsLeft } from './hold-lease.ts'

/** How soon to look again for a list that somebody had locked just now. */
const lockedAgainMs = 100

/** How soon to ask again for the slot of heavy lists. */
const slotAgainMs = 1000

/** A list that takes longer than this no longer holds up the others of its lane: they go on beside it, this many at once. */
const slowMs = 1000
const mostAtOnce = 8

/**
 * Applies whatever is due in a lane, one list after another; each is leased once before any is leased again. A heavy list waits, unleased,
 * until this worker has no other in hand. Gives the time in milliseconds after which the lane is due again, null when all is done.
 */
export async function drainLane(context: WorkerContext, lane: number): Promise<number | null> {
  const { db, heavySlot, leaseMs, observeOnly } = context
  const running = new Set<Promise<void>>()
  let served: string[] = []
  let soonestMs: number | null = null
  const failures: unknown[] = []

  while (!context.stopping.aborted && failures.length === 0) {
    const giveBack = heavySlot.take(lane)
    const token = newId()
    const leased = await leaseDueList(db, {
      lane,
      leaseMs,
      observeOnly,
      served,
      light: giveBack === null,
      token,
    }).catch(async (error: unknown) => {
      failures.push(error)
      // It may have been leased all the same.
      await giveBackWhatIsLeft(context, token, error)
      return null
    })
    if (!leased?.list.isHeavy) giveBack?.()
    if (failures.length > 0) break
    if (!leased && running.size === 0) {
      if (!(await isLaneDue(db, { lane, observeOnly }))) return soonestMs
      if (giveBack !== null) return lockedAgainMs
      heavySlot.wants(lane)
      return Math.min(slotAgainMs, soonestMs ?? slotAgainMs)
    }
    if (leased) {
      const { id } = leased.list
      served = served.includes(id) ? [id] : [...served, id]
      const applying: Promise<void> = applyList(context, leased.list, leased.changes)
        .then(
          ({ retryInMs }) => {
            if (retryInMs !== null) soonestMs = Math.min(soonestMs ?? retryInMs, retryInMs)
          },
          (error: unknown) => {
            failures.push(error)
          },
        )
        .then(() => {
          giveBack?.()
          running.delete(applying)
        })
      running.add(applying)
    }
    await oneOf(running, leased !== null && running.size < mostAtOnce)
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
  return soonestMs
}

/** Waits until one of them is done, or (`more` may begin) for a moment. */
async function oneOf(running: ReadonlySet<Promise<void>>, more: boolean): Promise<void> {
  if (!more) return Promise.race(running)
  const waiting = new AbortController()
  const moment = delay(slowMs, undefined, { signal: waiting.signal }).catch(() => undefined)
  await Promise.race([...running, moment])
  waiting.abort()
}
