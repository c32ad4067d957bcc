import type { LeasedList } from '../../domain/store/apply/lease-list.ts'
import { recordDeleted } from '../../domain/store/apply/list-entry.ts'
import type { WorkerContext } from '../context.ts'
import { judgeAbsence } from './judge-absence.ts'

/** Records that a list's entry is not there, as far as that can be believed. False when the lease was lost. */
export async function recordAbsent(context: WorkerContext, list: LeasedList): Promise<boolean> {
  const isHeld = (await judgeAbsence(context, list)) === 'held'
  return recordDeleted(context.db, list, { isHeld })
}
