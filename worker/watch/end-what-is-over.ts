import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import type { WorkerContext } from '../context.ts'
import type { WatchedKind } from './look-around.ts'

/** Who saw trouble says so more often than that: who has not is gone, and others may end what they see over. */
const quietForS = 180

/** What this worker told of and is over, which is not on record yet, and when (`performance.now()`) it saw that. */
export type Unended = Map<WatchedKind, number>

/** Ends on record what is over by the look of this moment. What can't be ended now is tried again with the next look. */
export async function endWhatIsOver(
  context: WorkerContext,
  { over, lookedAt, unended }: { over: readonly WatchedKind[]; lookedAt: number; unended: Unended },
): Promise<void> {
  const takenOver = await context.straight.takeOver()
  for (const kind of over) if (takenOver.includes(kind)) unended.set(kind, lookedAt)
  const others = over.filter((kind) => !unended.has(kind))
  for (const kind of over) {
    const overSince = unended.get(kind)
    if (overSince === undefined) continue
    // Another worker may have ended it since, and told of another one: that is not over because ours is. Not asked of what was seen
    // over just now: what was told straight began by the clock of whoever told it, which may be ahead.
    const begunForS = overSince === lookedAt ? 0 : (performance.now() - overSince) / 1000
    if (await endAlerts(context, [kind], 'over', { begunForS })) unended.delete(kind)
  }
  await endAlerts(context, others, 'over', { quietForS })
}
