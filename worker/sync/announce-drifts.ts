import { isRevertible } from '../../domain/rules/revertible.ts'
import { type Alerting, raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { driftIncident, markDriftsTold, readUntoldDrifts } from '../../domain/store/mirror/untold-drifts.ts'
import { wordIncident } from '../../texts/incident-alert.ts'

/**
 * Tells admins of edits by other tools to lists whose policy is to report them, also what a dead worker left untold. All of one list are in
 * one message while it is open; what an admin may undo there is the latest, if it is not too large for that.
 */
export async function announceDrifts(alerting: Alerting): Promise<void> {
  // What was told or undone by others since it was read leaves others untold.
  while (await announceOnce(alerting));
}

async function announceOnce(alerting: Alerting): Promise<boolean> {
  let isOvertaken = false
  for (const { id, listId, untoldIds, ...facts } of await readUntoldDrifts(alerting.db)) {
    await raiseAlert(alerting, {
      key: driftIncident(listId),
      kind: 'drift',
      subjectId: id,
      actions: isRevertible(facts) ? ['revert'] : [],
      ...wordIncident('drift', facts, await knownLocale(alerting.db)),
      isNews: async (tx) => {
        const isTold = await markDriftsTold(tx, { id, untoldIds })
        isOvertaken ||= !isTold
        return isTold
      },
    })
  }
  return isOvertaken
}
