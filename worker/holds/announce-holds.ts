import type { Hold } from '../../domain/contracts/hold.ts'
import type { Locale } from '../../domain/contracts/locale.ts'
import type { Words } from '../../domain/contracts/notice.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import {
  type HoldFacts,
  incidentKindOf,
  readAnnouncedHolds,
  readHoldFacts,
} from '../../domain/store/holds/read-hold-facts.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'

type Announcing = Pick<WorkerContext, 'db' | 'log' | 'alertTo' | 'siteTimeZone'>

/**
 * Tells admins what waits for them, once, and anew when it is about others than before; when it was decided or is over, that alert
 * ends with how.
 * @throws whatever Postgres throws.
 */
export async function announceHolds(context: Announcing): Promise<void> {
  for (const { id, kind, state, said, saidRevision } of await readAnnouncedHolds(context.db)) {
    const key = holdIncident({ id, kind })
    if (state !== 'waiting') {
      await endAlerts(context, [key], state)
      continue
    }
    const found = await readHoldFacts(context.db, id)
    if (found === null) continue
    const { revision } = found
    const words = wordFacts(found, await knownLocale(context.db), context.siteTimeZone)
    if (said !== null && saysTheSame(said, words) && saidRevision === revision) continue
    await raiseAlert(context, {
      key,
      kind: incidentKindOf[kind],
      subjectId: id,
      hold: { id, revision },
      actions: ['approve', 'deny'],
      ...words,
    })
  }
}

/** The key of the incident that a hold is. */
const holdIncident = ({ id, kind }: Pick<Hold, 'id' | 'kind'>): string => `${incidentKindOf[kind]} ${id}`

function wordFacts(found: HoldFacts, locale: Locale, timeZone: string): Words {
  switch (found.kind) {
    case 'removals-held':
      return wordIncident(found.kind, found.facts, locale, timeZone)
    case 'people-gone':
      return wordIncident(found.kind, found.facts, locale)
    case 'lists-gone':
      return wordIncident(found.kind, found.facts, locale)
  }
}

const saysTheSame = (one: Words, other: Words): boolean =>
  one.content === other.content && one.subject === other.subject && one.text === other.text
