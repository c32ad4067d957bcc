import { type LeasedList, renewLease } from '../../domain/store/lease-list.ts'
import type { WorkerContext } from '../context.ts'

/** Renews a list's lease as long as it is held. When it can't be, the record at the end will not count: nothing to do here. */
export function holdLease(context: WorkerContext, list: LeasedList): { letGo: () => void } {
  const timer = setInterval(() => {
    renewLease(context.db, { listId: list.id, leaseToken: list.leaseToken, leaseMs: context.leaseMs }).catch(
      (error: unknown) => context.log.warn({ list: list.id, err: error }, 'the lease could not be renewed'),
    )
  }, context.leaseMs / 3)
  return { letGo: () => clearInterval(timer) }
}
