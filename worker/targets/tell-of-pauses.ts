import type { IncidentFacts } from '../../domain/contracts/incident-facts.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import {
  pausedIncident,
  readOutlivedPauses,
  readTold,
} from '../../domain/store/incidents/paused-incidents.ts'
import { type Alert, raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { forgetIdleRefusals, readRefusedLists } from '../../domain/store/apply/refused-lists.ts'
import { readRefusing } from '../../domain/store/apply/target.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'

/**
 * Sees to it that admins know of every target that refuses us and of every list that is refused alone, and of no other. What is to be
 * told is read anew each time, so that whoever paused, probed or resumed may have died before a word. `probed`: why this target
 * refuses us was found out just now, and is said although there was a word before.
 */
export async function tellOfPauses(context: WorkerContext, probed: string | null = null): Promise<void> {
  const { db } = context
  await forgetIdleRefusals(db)
  const [targets, lists] = await Promise.all([readRefusing(db, { probed }), readRefusedLists(db)])
  const locale = await knownLocale(db)
  const worded = (key: string, facts: IncidentFacts['target-paused']): Alert => ({
    key,
    kind: 'target-paused',
    ...wordIncident('target-paused', facts, locale),
  })
  const alerts = [
    ...targets.map(({ name, ...why }) => worded(pausedIncident(name), { target: name, ...why })),
    ...lists.map(({ id, name, target, code, reason, waiting }) =>
      worded(pausedIncident(target, id), { target, list: name, code, reason, waiting }),
    ),
  ]
  const told = await readTold(
    db,
    alerts.map(({ key }) => key),
  )
  for (const alert of alerts)
    if (!told.has(alert.key) || (probed !== null && alert.key === pausedIncident(probed)))
      await raiseAlert(context, alert)
  await endAlerts(context, await readOutlivedPauses(db))
}
