import { isBeyondRemovalLimit } from '../../domain/rules/removal-limit.ts'
import { rows } from '../../domain/store/database.ts'
import type { ApplyingChange, LeasedList } from '../../domain/store/apply/lease-list.ts'
import { readRemovals } from '../../domain/store/holds/read-removals.ts'
import type { WorkerContext } from '../context.ts'
import { plannedOutcomes } from './plan-read.ts'
import type { PlannedRead } from './read-as-planned.ts'

/**
 * The changes in hand that would take more people off the list, unasked, than may be taken off within an hour: the newest of them, as
 * many as are too many. What an admin has approved is written whatever it adds up to, and so is one's own leaving.
 */
export async function findBeyondLimit(
  context: WorkerContext,
  list: LeasedList,
  read: PlannedRead,
  changes: readonly ApplyingChange[],
  heldAlready: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const unasked = changes.filter((change) => change.action === 'unsubscribe' && !change.requestedByMember)
  if (unasked.every((change) => change.removalApproved)) return new Set()
  const outcomes = plannedOutcomes(context, read)
  const takesOff = (change: ApplyingChange) => outcomes.get(change.id)?.kind === 'modified'
  const waitable = unasked.filter((change) => !change.removalApproved && takesOff(change)).map(({ id }) => id)
  if (waitable.length === 0) return new Set()
  const takeNobodyOff = unasked.filter((change) => !takesOff(change)).map(({ id }) => id)
  const without = [...heldAlready, ...takeNobodyOff]
  return context.db.transaction(async (tx) => {
    await rows(tx, 'select id from list where id = :id for no key update', { id: list.id })
    const isTooMuchWithout = async (newest: number) => {
      const removals = await readRemovals(tx, list.id, {
        without: [...without, ...waitable.slice(waitable.length - newest)],
      })
      return isBeyondRemovalLimit(removals.removed, removals.sizeAtStart, context.removalLimit)
    }
    return new Set(waitable.slice(waitable.length - (await fewest(waitable.length, isTooMuchWithout))))
  })
}

/** The smallest number, `most` at most, of which `isTooFew` is not true; it is true of all smaller ones. */
async function fewest(most: number, isTooFew: (number: number) => Promise<boolean>): Promise<number> {
  if (!(await isTooFew(0))) return 0
  let [low, high] = [1, most]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (await isTooFew(middle)) low = middle + 1
    else high = middle
  }
  return low
}
