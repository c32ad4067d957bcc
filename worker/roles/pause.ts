import { setTimeout as delay } from 'node:timers/promises'
import type { WorkerContext } from '../context.ts'

/** Waits so many seconds, at most until the worker is asked to stop. */
export async function pause({ stopping }: Pick<WorkerContext, 'stopping'>, seconds: number): Promise<void> {
  await delay(seconds * 1000, undefined, { signal: stopping, ref: false }).catch(() => null)
}
