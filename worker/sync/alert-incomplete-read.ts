import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { lastReadFailed } from '../../domain/store/mirror/last-read-failed.ts'
import { type Alerting, raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { wordIncident } from '../../texts/incident-alert.ts'

/** The incident of reads that stop short. */
export const incompleteReadIncident = 'read-incomplete'
/** A list that can't be read completely is tried at least twice as often, also while its target is paused. */
const quietForS = 180

/**
 * Tells admins of a read that stopped short, where that is what went wrong: nothing was removed for it, and nothing will be until one is
 * whole again.
 */
export async function alertIncompleteRead(alerting: Alerting, error: unknown): Promise<void> {
  if (!(error instanceof IncompleteRead)) return
  alerting.log.error({ err: error }, 'a read of the directory was incomplete: nothing was removed')
  const facts = { problem: error.message }
  await raiseAlert(alerting, {
    key: incompleteReadIncident,
    kind: 'read-incomplete',
    ...wordIncident('read-incomplete', facts, await knownLocale(alerting.db)),
  })
}

/**
 * Ends what nobody has met for a while: a list that could not be read to be changed may be read whole by now. Not after a read of the whole
 * directory that went wrong, which is tried again more rarely.
 */
export async function endIncompleteRead(alerting: Alerting): Promise<void> {
  if (await lastReadFailed(alerting.db)) return
  await endAlerts(alerting, [incompleteReadIncident], 'over', { quietForS })
}
