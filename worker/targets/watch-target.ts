import { lastingTrouble } from '../../domain/rules/lasting-trouble.ts'
import { pause } from '../../domain/rules/pause.ts'
import { readTarget } from '../../domain/store/apply/target.ts'
import type { WorkerContext } from '../context.ts'
import { probeTarget } from './probe-target.ts'

const lookEveryMs = 5000

/** Looks after a target for as long as it is paused. Called again meanwhile it does nothing more. */
export type WatchTarget = (name: string) => Promise<void>

/** Every worker watches; whoever is first at each probe makes it, so that a worker that dies costs one probe at most. */
export function createTargetWatch(context: WorkerContext): WatchTarget {
  const watched = new Set<string>()
  return async (name) => {
    if (watched.has(name)) return
    watched.add(name)
    try {
      await watch(context, name)
    } finally {
      watched.delete(name)
    }
  }
}

async function watch(context: WorkerContext, name: string): Promise<void> {
  const { db, stopping } = context
  const trouble = lastingTrouble()
  while (!stopping.aborted) {
    const target = await readTarget(db, name)
    if (!target?.why) return
    // Not all workers at the very same moment. The worker that probes may be done, or dead, before it said.
    const inMs = Math.min(lookEveryMs, Math.ceil(target.probeInMs)) + Math.random() * 50
    await pause(inMs, stopping)
    if (!stopping.aborted) await probeTarget(context, name, trouble)
  }
}
