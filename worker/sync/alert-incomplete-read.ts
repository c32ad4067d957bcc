import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import { type Alerting, raiseAlert } from '../../domain/store/raise-alert.ts'
import { knownLocale } from '../../domain/store/read-locale.ts'
import { wordIncident } from '../../texts/incident-alert.ts'

/** The incident of reads that stop short. */
export const incompleteRead = 'read-incomplete'

/**
 * Tells admins of a read that stopped short, where that is what went wrong: nothing was removed for it, and nothing will be until one is
 * whole again.
 */
export async function alertIncompleteRead(alerting: Alerting, error: unknown): Promise<void> {
  if (!(error instanceof IncompleteRead)) return
  alerting.log.error({ err: error }, 'a read of the directory was incomplete: nothing was removed')
  const facts = { problem: error.message }
  await raiseAlert(alerting, {
    key: incompleteRead,
    kind: 'read-incomplete',
    ...wordIncident('read-incomplete', facts, await knownLocale(alerting.db)),
  })
}
