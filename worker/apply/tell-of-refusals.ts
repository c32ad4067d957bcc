import { failedChangesOf } from '../../domain/store/changes/failed-changes.ts'
import { type Alerting, raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import {
  markRefusalsTold,
  readUntoldRefusals,
  refusalIncident,
  type UntoldRefusals,
} from '../../domain/store/apply/untold-refusals.ts'
import { wordIncident } from '../../texts/incident-alert.ts'

/** So many names an alert holds. */
const namesAtMost = 1000

/**
 * Admins hear of changes that failed because the directory refused them, in one incident for a list and a code, which names them all: of
 * those of this list, or of whatever a worker left untold that died after it had recorded them, or never heard that it had.
 */
export async function tellOfRefusals(alerting: Alerting, listId: string | null = null): Promise<void> {
  for (const untold of await readUntoldRefusals(alerting.db, listId)) await tell(alerting, untold)
}

async function tell(
  alerting: Alerting,
  { listId, list, code, message, latest, ids }: UntoldRefusals,
): Promise<void> {
  const key = refusalIncident(listId, code)
  const known = await failedChangesOf(alerting.db, { key, subjectId: latest.id })
  // Its member may have said something else by now.
  const failed = known.length > 0 ? known : [latest]
  const [action, ...others] = new Set(failed.map((one) => one.action))
  const facts = {
    list,
    members: failed.slice(0, namesAtMost).map(({ uid }) => uid),
    count: failed.length,
    action: others.length > 0 ? null : (action ?? latest.action),
    code,
    message,
  }
  const told = [...ids, ...known.map(({ id }) => id)]
  await raiseAlert(alerting, {
    key,
    kind: 'change-failed',
    ...wordIncident('change-failed', facts, await knownLocale(alerting.db)),
    subjectId: latest.id,
    actions: ['retry'],
    isNews: (tx) => markRefusalsTold(tx, told),
  })
}
