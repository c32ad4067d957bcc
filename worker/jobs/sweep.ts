import { tellLate } from '../../domain/store/tell-late.ts'
import { dueLanes } from '../../domain/store/wake-lanes.ts'
import { wordEndedChange } from '../../texts/ended-change.ts'
import type { WorkerContext } from '../context.ts'
import { deliverOutbox } from '../deliver/deliver-outbox.ts'
import { wakeLane } from '../wake-lane.ts'

/** Wakes what a lost NOTIFY or a dead worker left behind, tells members what nobody told them, and sends what waits. */
export async function sweep(context: WorkerContext): Promise<void> {
  for (const lane of await dueLanes(context.db, { observeOnly: context.observeOnly }))
    await wakeLane(context, lane)
  await tellLate(context.db, wordEndedChange)
  await deliverOutbox(context)
}
