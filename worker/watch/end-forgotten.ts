import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { readForgotten } from '../../domain/store/incidents/read-incidents.ts'
import type { WorkerContext } from '../context.ts'

/** Ends incidents that nothing else ever ends, since they tell of what has happened once: a week after it was last seen. */
export async function endForgotten(
  context: Pick<WorkerContext, 'db' | 'log' | 'alertTo' | 'straight'>,
): Promise<void> {
  const { acknowledged, open } = await readForgotten(context.db)
  await endAlerts(context, acknowledged)
  await endAlerts(context, open, 'expired')
}
