import { tellLate } from '../../domain/store/tell-late.ts'
import { dueLanes } from '../../domain/store/wake-lanes.ts'
import { wordEndedChange } from '../../texts/ended-change.ts'
import type { WorkerContext } from '../context.ts'
import { deliverOutbox } from '../deliver/deliver-outbox.ts'
import { wakeLane } from '../wake-lane.ts'

/** Wakes what a lost NOTIFY or a dead worker left behind, tells members what nobody told them, and sends what waits. */
export async function sweep(context: WorkerContext): Promise<void> {
  const wake = async () => {
    for (const lane of await dueLanes(context.db, { observeOnly: context.observeOnly }))
      await wakeLane(context, lane)
  }
  // What goes wrong with one must not keep the others from being done.
  const done = await Promise.allSettled([
    wake(),
    tellLate(context.db, wordEndedChange),
    deliverOutbox(context),
  ])
  const failed = done.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}
