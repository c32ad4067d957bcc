import type { MemberValues } from '../../domain/contracts/directory.ts'
import type { PlannedChange } from '../../domain/rules/plan-modify.ts'
import type { ApplyingChange, LeasedList } from '../../domain/store/apply/lease-list.ts'
import type { WorkerContext } from '../context.ts'
import { mayBeList } from '../sync/mirror-options.ts'
import { findNamesakes, findSharedKeys } from './find-shared-keys.ts'

export type PlannedRead = { dn: string; version: string; members: MemberValues; planned: PlannedChange[] }

/**
 * The list and the people concerned as the directory has them now, found by their ids wherever they have moved. Null when
 * the list is gone, or is none. Somebody who is gone keeps the keys that the mirror remembers: they can still be taken off.
 */
export async function readAsPlanned(
  context: WorkerContext,
  list: LeasedList,
  changes: readonly ApplyingChange[],
): Promise<PlannedRead | null> {
  const { directory } = context
  // It never came to be.
  if (list.entryUuid === null) return null
  const [read, people] = await Promise.all([
    directory.findList(list.entryUuid),
    directory.findPeople([...new Set(changes.map((change) => change.entryUuid))]),
  ])
  // The group that makes admins is never written, whatever the mirror takes it for.
  if (read === null || !mayBeList(context, read.list)) return null
  const byId = new Map(people.map((person) => [person.entryUuid, person]))
  const concerned = changes.map((change) => ({
    change,
    person: byId.get(change.entryUuid) ?? {
      dn: null,
      dnKey: change.dnKey,
      uid: change.uid,
      mails: change.mails,
    },
  }))
  const named = concerned.map(({ change: { memberId }, person }) => ({ memberId, person }))
  const sharedKeys = await findSharedKeys(context, named)
  const namesakes = await findNamesakes(context, named)
  const planned = concerned.map(({ change, person }): PlannedChange => {
    const { id, action, requestId, memberId } = change
    return {
      id,
      action,
      requestId,
      person,
      sharedKeys: sharedKeys.get(memberId) ?? new Set(),
      hasNamesake: namesakes.has(memberId),
    }
  })
  return { dn: read.list.dn, version: read.list.version, members: read.members, planned }
}
