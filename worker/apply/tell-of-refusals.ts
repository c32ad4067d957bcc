import { failedChangesOf } from '../../domain/store/failed-changes.ts'
import type { LeasedList } from '../../domain/store/lease-list.ts'
import { raiseAlert } from '../../domain/store/raise-alert.ts'
import { knownLocale } from '../../domain/store/read-locale.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'
import type { Refused } from './batch-outcomes.ts'

/** So many names an alert holds. */
const namesAtMost = 1000

/** Admins hear of changes that failed because the directory refused them: in one incident for a list and a code, which names them all. */
export async function tellOfRefusals(
  context: WorkerContext,
  list: LeasedList,
  refusals: readonly Refused[],
): Promise<void> {
  for (const [code, same] of Map.groupBy(refusals, ({ failure }) => String(failure.code))) {
    const last = same.at(-1)
    if (last) await tell(context, list, code, last)
  }
}

async function tell(
  context: WorkerContext,
  list: LeasedList,
  code: string,
  { change, failure }: Refused,
): Promise<void> {
  const key = `change-failed ${list.id} ${code}`
  const known = await failedChangesOf(context.db, { key, subjectId: change.id })
  // Its member may have said something else by now.
  const failed = known.length > 0 ? known : [change]
  const [action, ...others] = new Set(failed.map((one) => one.action))
  const facts = {
    list: list.name,
    members: failed.slice(0, namesAtMost).map(({ uid }) => uid),
    count: failed.length,
    action: others.length > 0 ? null : (action ?? change.action),
    code,
    message: failure.message,
  }
  await raiseAlert(context, {
    key,
    kind: 'change-failed',
    ...wordIncident('change-failed', facts, await knownLocale(context.db)),
    subjectId: change.id,
    actions: ['retry'],
  })
}
