import { DirectoryFailure, isUnexplained } from '../../adapters/ldap/failure.ts'
import { resultCode } from '../../adapters/ldap/result-codes.ts'
import type { DueEntry, LeasedList } from '../../domain/store/apply/lease-list.ts'
import type { EntryOperation } from '../../domain/store/apply/leased-entry.ts'
import { recordEditFailed, recordEntryFailed } from '../../domain/store/apply/list-entry-failed.ts'
import type { WorkerContext } from '../context.ts'
import type { EntryTask } from './entry-task.ts'
import { findById } from './find-entry.ts'
import { recordAbsent } from './record-absent.ts'
import { tellOfFailedEntries } from './tell-of-failed-entries.ts'

/** So often it may be refused without a reason, or for one that may pass, before it has failed for good. */
const mostRefusals = 8

/** Whether trying again would not help: what is wrong is what was asked for. */
export function isForGood(error: unknown, { state, refusals }: DueEntry): error is DirectoryFailure {
  if (!(error instanceof DirectoryFailure)) return false
  if (error.kind === 'permanent') return true
  if (error.code === resultCode.entryAlreadyExists && state === 'active') return true
  return refusals >= mostRefusals && mayBeRefused(error)
}

/** A no that may not be the last. */
export const mayBeRefused = (error: unknown): boolean =>
  error instanceof DirectoryFailure &&
  // Another tool was at the entry between our read and our write: that says nothing against ours, however often.
  error.code !== resultCode.assertionFailed &&
  (error.kind === 'recompute' || isUnexplained(error))

/** Records that the entry can't be written, and tells admins. False when the lease was lost. */
export async function failEntry(
  { context, list }: EntryTask,
  operation: EntryOperation,
  failure: DirectoryFailure,
): Promise<boolean> {
  const failed = { code: String(failure.code), message: failure.message }
  const isRecorded =
    operation === 'edit'
      ? await failEdit(context, list, failed)
      : await recordEntryFailed(context.db, list, {
          operation,
          ...failed,
          entry: operation === 'delete' ? await findById(context, list.entryUuid) : null,
          holdsDescription: context.directory.holdsDescription,
        })
  if (!isRecorded) return false
  context.log.warn({ list: list.id, operation, err: failure }, 'the entry can’t be written')
  await tellOfFailedEntries(context, list.id)
  return true
}

async function failEdit(
  context: WorkerContext,
  list: LeasedList,
  failed: { code: string; message: string },
): Promise<boolean> {
  const { holdsDescription } = context.directory
  const entry = await findById(context, list.entryUuid)
  if (entry === null) return recordAbsent(context, list)
  return recordEditFailed(context.db, list, { ...failed, entry, holdsDescription })
}
