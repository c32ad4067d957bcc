import type { AlertmanagerMessage } from '../../contracts/alertmanager.ts'
import { alertGroupFacts, alertGroupKey, alertSeverity } from '../../rules/alert-group.ts'
import type { Transaction } from '../database.ts'
import { type Telling, tellTopic } from './tell-topic.ts'

/** What became of it: told, known just so already, or nothing that anybody hears of. */
export type Outcome = 'told' | 'known' | 'ignored'

/**
 * Tells of a group of alerts as it is now: one notice a place while it fires, another one when it fires again. Alertmanager repeats
 * what it has said, and two of them that stand in for each other may say it twice.
 */
export async function tellAlertGroup(
  tx: Transaction,
  message: AlertmanagerMessage,
  telling: Telling,
): Promise<Outcome> {
  const isFiring = message.status === 'firing'
  const told = await tellTopic(
    tx,
    {
      source: 'alertmanager',
      event: isFiring ? 'alert.firing' : 'alert.resolved',
      repository: null,
      branch: null,
      severity: alertSeverity(message),
      isNews: true,
      key: alertGroupKey(message),
      state: isFiring ? 'open' : 'resolved',
      facts: alertGroupFacts(message),
      memberId: null,
      // Alertmanager doesn't say when it sent this; each alert says since when it fires.
      happenedAt: null,
      goesOn: false,
      endsOnly: true,
      silentIfSame: true,
    },
    telling,
  )
  if (told === null) return 'ignored'
  return told.isSame ? 'known' : 'told'
}
