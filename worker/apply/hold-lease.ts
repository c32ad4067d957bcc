import { pause } from '../../domain/rules/pause.ts'
import { giveLeaseBack, type LeasedList, renewLease } from '../../domain/store/lease-list.ts'
import { isStoreAway } from '../../domain/store/store-away.ts'
import type { WorkerContext } from '../context.ts'

/** Another worker has the list now: nothing more may be done in the name of this lease. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export type Lease = {
  /** Confirms the lease, and renews it. `asserting`: a modify asserted on this version is sent next. @throws {LeaseLost} */
  stillOurs: (asserting?: string) => Promise<void>
  letGo: () => void
}

/** So soon Postgres is tried again, and no rarer than this later: whoever waits for a list waits for that. */
const storeAgainMs = { first: 100, most: 1000 }

/**
 * Does `work` again while Postgres is away, for as long as a lease lasts at most: after that another worker may have the list.
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

/**
 * Gives a list back that Postgres went away under, or under the statement that leased it, as soon as Postgres answers: else everybody
 * would wait until the lease has run out. After any other error nothing is done: there the rest of the lease is the pause before the next
 * try. Never throws.
 */
export async function giveBackWhatIsLeft(
  context: WorkerContext,
  leaseToken: string,
  error: unknown,
): Promise<void> {
  if (!isStoreAway(error)) return
  await untilStoreAnswers(context, () => giveLeaseBack(context.db, leaseToken)).catch(() => undefined)
}

/** Renews a list's lease as long as it is held. */
export function holdLease(context: WorkerContext, list: LeasedList): Lease {
  const renew = (asserting: string | null = null) =>
    renewLease(context.db, {
      listId: list.id,
      leaseToken: list.leaseToken,
      leaseMs: context.leaseMs,
      asserting,
    })
  const timer = setInterval(() => {
    renew().catch((error: unknown) =>
      context.log.warn({ list: list.id, err: error }, 'the lease could not be renewed'),
    )
  }, context.leaseMs / 3)
  return {
    stillOurs: async (asserting) => {
      if (!(await renew(asserting))) throw new LeaseLost()
    },
    letGo: () => clearInterval(timer),
  }
}
