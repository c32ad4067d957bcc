import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { type Alerting, raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import {
  entryFailedIncident,
  isUntoldEntryFailure,
  readOutlivedEntryFailures,
  readUntoldEntryFailures,
} from '../../domain/store/apply/untold-entry-failures.ts'
import { wordIncident } from '../../texts/incident-alert.ts'

/** What has failed anew just now is not over. */
const quietForS = 5

/**
 * Admins hear of entries of lists that can't be written: of this list's, or of whatever a worker left untold that died after it had recorded
 * that; and what such a one left open is over.
 */
export async function tellOfFailedEntries(alerting: Alerting, listId: string | null = null): Promise<void> {
  for (const failure of await readUntoldEntryFailures(alerting.db, listId)) {
    const { list, operation, code, message } = failure
    await raiseAlert(alerting, {
      key: entryFailedIncident(failure.listId, operation),
      kind: 'list-entry-failed',
      ...wordIncident(
        'list-entry-failed',
        { list, operation, code, message },
        await knownLocale(alerting.db),
      ),
      subjectId: failure.listId,
      actions: [],
      isNews: (tx) => isUntoldEntryFailure(tx, failure),
    })
  }
  if (listId !== null) return
  await endAlerts(alerting, await readOutlivedEntryFailures(alerting.db), 'over', { quietForS })
}
