import { keysOf, valueOf } from '../../domain/rules/plan-modify.ts'
import type { ApplyingChange } from '../../domain/store/apply/lease-list.ts'
import type { WorkerContext } from '../context.ts'
import type { PlannedRead } from './read-as-planned.ts'
import type { Progress } from './write-changes.ts'

/**
 * Nothing can be asserted on the entries of those whom a modify puts on a list: who was renamed, or given another address, between our read and
 * our modify is on it by what is nobody's. So it is asked after it who has changed. Their changes are open again, and what they wrote is to go.
 */
export async function takeBackOutdated(
  { directory, log }: WorkerContext,
  { read, changes, progress }: { read: PlannedRead; changes: readonly ApplyingChange[]; progress: Progress },
): Promise<void> {
  const { listClass, keyOf } = directory
  const came = changes.filter(({ id, action }) => action === 'subscribe' && isModified(progress, id))
  const ids = new Set(came.map(({ entryUuid }) => entryUuid))
  const before = new Map(read.people.map((person) => [person.entryUuid, person]))
  const changed = await directory
    .findChangedPeople(read.people.filter(({ entryUuid }) => ids.has(entryUuid)))
    .catch((error: unknown) => {
      // What was written is written.
      log.warn({ err: error }, 'who was put on a list could not be looked at again')
      return []
    })
  for (const now of changed) {
    const then = before.get(now.entryUuid)
    if (then === undefined) continue
    const former = keyOf(valueOf(then, listClass))
    if (keysOf(now, listClass, keyOf).includes(former)) continue
    for (const { id } of came.filter(({ entryUuid }) => entryUuid === now.entryUuid)) {
      progress.written.delete(id)
      progress.formerKeys.set(id, former)
    }
  }
}

function isModified({ written }: Progress, id: string): boolean {
  const one = written.get(id)
  return one?.kind === 'applied' && one.how === 'modified'
}
