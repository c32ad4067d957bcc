import { clearWake, winWake } from '../domain/store/apply/wake-lanes.ts'
import { drainLane } from './apply/drain-lane.ts'
import type { WorkerContext } from './context.ts'

/**
 * Starts the lane's job, if this worker is the one to do so. When the job store takes no job, the lane is drained here and
 * now: a store that is away costs time, never a change.
 */
export async function wakeLane(context: WorkerContext, lane: number): Promise<void> {
  if (!(await winWake(context.db, lane))) return
  try {
    await context.jobs.now('apply', { lane })
  } catch (error) {
    context.log.warn({ lane, err: error }, 'the job store took no job: the lane is drained without it')
    await runApply(context, lane)
  }
}

/** What the job `apply` does: lets the lane be woken again, then drains it. */
export async function runApply(context: WorkerContext, lane: number): Promise<void> {
  await clearWake(context.db, lane)
  const retryInMs = await drainLane(context, lane)
  if (retryInMs !== null) context.later('waking a lane', retryInMs, () => wakeLane(context, lane))
}
