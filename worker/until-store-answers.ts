import { pause } from '../domain/rules/pause.ts'
import { isStoreAway } from '../domain/store/store-away.ts'
import type { WorkerContext } from './context.ts'

/** So soon Postgres is tried again, and no rarer than this later: whoever waits for a list waits for that. */
const storeAgainMs = { first: 100, most: 1000 }

/**
 * Does `work` again while Postgres is away, for as long as a lease lasts at most: after that another worker may have what it is about.
 * `isTriedAgain`: it was tried before, and may have been done.
 * @throws whatever else went wrong, or the last that did.
 */
export async function untilStoreAnswers<Result>(
  { log, leaseMs, stopping }: Pick<WorkerContext, 'log' | 'leaseMs' | 'stopping'>,
  work: (isTriedAgain: boolean) => Promise<Result>,
): Promise<Result> {
  const endsAt = performance.now() + leaseMs
  for (let pauseMs = storeAgainMs.first, isTriedAgain = false; ; isTriedAgain = true) {
    try {
      return await work(isTriedAgain)
    } catch (error) {
      if (!isStoreAway(error) || performance.now() + pauseMs > endsAt || stopping.aborted) throw error
      if (!isTriedAgain)
        log.warn({ err: error }, 'Postgres is away: what is known is recorded once it answers')
    }
    await pause(pauseMs, stopping)
    pauseMs = Math.min(pauseMs * 2, storeAgainMs.most)
  }
}
