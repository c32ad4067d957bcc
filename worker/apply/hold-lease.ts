import { giveLeaseBack, type LeasedList, renewLease } from '../../domain/store/apply/lease-list.ts'
import { isStoreAway } from '../../domain/store/store-away.ts'
import type { WorkerContext } from '../context.ts'
import { untilStoreAnswers } from '../until-store-answers.ts'

/** Another worker has the list now: nothing more may be done in the name of this lease. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export type Lease = {
  /** Confirms the lease, and renews it. `asserting`: a modify asserted on this version is sent next. @throws {LeaseLost} */
  stillOurs: (asserting?: string) => Promise<void>
  letGo: () => void
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
