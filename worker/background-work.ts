import type { Logger } from 'pino'
import { namedTroubles } from '../domain/rules/lasting-trouble.ts'
import type { WorkerContext } from './context.ts'

/** Work that nobody waits for: its failure is logged, and the next sweep finds what it left. */
export type BackgroundWork = {
  /** Begins it now, or not at all once the worker is stopping. `name`: of its kind, by which failures that last are logged. */
  run: (name: string, work: () => Promise<unknown>) => void
  later: WorkerContext['later']
  /** Settles once all that is running at this moment has ended. */
  ended: () => Promise<unknown>
}

/** Nothing is begun any more once `stopping` is aborted. */
export function createBackgroundWork(log: Logger, stopping: AbortSignal): BackgroundWork {
  const running = new Set<Promise<void>>()
  const troubles = namedTroubles()
  const run: BackgroundWork['run'] = (name, work) => {
    if (stopping.aborted) return
    const trouble = troubles(name)
    const done: Promise<void> = work()
      .then(
        () => trouble.over((lastedMs) => log.info({ lastedMs }, `${name} goes well again`)),
        (error: unknown) =>
          trouble.met(error, () => log.warn({ err: error }, `${name} failed, the next sweep looks again`)),
      )
      .then(() => {
        running.delete(done)
      })
    running.add(done)
  }
  return {
    run,
    later: (what, inMs, work) => {
      setTimeout(() => run(what, work), inMs).unref()
    },
    ended: () => Promise.all(running),
  }
}
