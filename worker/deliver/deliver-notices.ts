import { type DestinationKey, leaseDestination, nextDueInMs } from '../../domain/store/outbox/destination.ts'
import type { WorkerContext } from '../context.ts'
import { deliverTo } from './deliver-to.ts'
import { mailRefused } from './mail-incident.ts'

/** What is due later is found by a sweep. */
const soonMs = 90_000

/**
 * Sends the notices that are due, to a few destinations at a time whoever asks how often, and wakes itself for what is due soon. Each
 * destination is served in time, however much waits for the others.
 */
export async function deliverNotices(context: WorkerContext): Promise<void> {
  const { db, stopping, noticeSlots, later } = context
  let last: DestinationKey | null = null
  const delivered = noticeSlots.begin(async () => {
    if (stopping.aborted) return 'nothing'
    const found =
      (await leaseDestination(db, last)) ?? (last === null ? null : await leaseDestination(db, null))
    last = found?.key ?? null
    if (found === null) return 'nothing'
    if (found.leased !== null && (await deliverTo(context, found.leased))) await mailRefused(context)
    return 'done'
  })
  await Promise.all([delivered, mailRefused(context)])
  if (stopping.aborted) return
  const inMs = await nextDueInMs(db)
  if (inMs === null || inMs > soonMs) return
  const wakeInMs = Math.max(50, Math.ceil(inMs))
  if (noticeSlots.wakesFirst(wakeInMs)) later('delivering', wakeInMs, () => deliverNotices(context))
}
