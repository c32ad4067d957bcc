import { isCsn } from '../../domain/contracts/entry-version.ts'
import type { WorkerContext } from '../context.ts'
import type { Lease } from './hold-lease.ts'
import { plannedOutcomes } from './plan-read.ts'
import type { PlannedRead } from './read-as-planned.ts'
import type { Progress } from './write-changes.ts'

/** Whether some of the changes would end by what was read alone, without a modify that gives the entry another version. */
export function endsByReading(context: WorkerContext, read: PlannedRead): boolean {
  return [...plannedOutcomes(context, read).values()].some(({ kind }) => kind !== 'modified')
}

/**
 * Gives the entry another version without changing it: whatever was asserted on the one that was read, and is still under way, is refused
 * from now on. False where that can't be had: the server asserts nothing, or only a time in seconds, or makes no other version of what
 * changes nothing.
 * @throws {DirectoryFailure} `recompute` when the late modify was first.
 * @throws {LeaseLost}
 */
export async function fence(
  { directory }: WorkerContext,
  { read, lease, progress }: { read: PlannedRead; lease: Lease; progress: Progress },
): Promise<boolean> {
  const from = read.version
  if (!isCsn(from) || !(await directory.capabilities()).assertion) return false
  await lease.stillOurs(from)
  const replaceWith = [...read.members.values()]
  const to = await directory.modifyMembers(read.dn, { add: [], remove: [], version: from, replaceWith })
  if (to === from) return false
  progress.steps.push({ from, to })
  read.version = to
  return true
}
