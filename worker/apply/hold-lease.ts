import { type LeasedList, renewLease } from '../../domain/store/lease-list.ts'
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
