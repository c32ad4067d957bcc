import type { ApplyingChange, LeasedList } from '../../domain/store/apply/lease-list.ts'
import { markListGone } from '../../domain/store/mirror/mark-list-gone.ts'
import type { Outcome } from '../../domain/store/apply/record-outcomes.ts'
import type { WorkerContext } from '../context.ts'
import { subjectOf } from './batch-outcomes.ts'
import { judgeAbsence } from './judge-absence.ts'

/** The list is not there: its changes end with it. One that vanished with many others keeps them, until an admin says that it is meant. */
export async function endWithList(
  context: WorkerContext,
  list: LeasedList,
  changes: readonly ApplyingChange[],
): Promise<Outcome[]> {
  const isHeld = (await judgeAbsence(context, list)) === 'held'
  await markListGone(context.db, list.id, { isHeld })
  if (isHeld)
    return changes.map((change) => ({
      ...subjectOf(change),
      kind: 'postponed',
      inMs: 0,
      code: 'LISTS_GONE',
      counts: false,
    }))
  const message = `The list ${list.name} is no longer in the directory, so nothing was changed.`
  return changes.map((change) => ({ ...subjectOf(change), kind: 'failed', code: 'LIST_GONE', message }))
}
