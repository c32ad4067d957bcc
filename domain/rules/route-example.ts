import { type IncidentKind, incidentKinds } from '../contracts/incident.ts'
import type { NoticeExample, NoticeRoute, NoticeRule } from '../contracts/notice-rule.ts'
import { incidentPlaces } from './incident-places.ts'
import { githubSeverity, isToldByDefault, mayLast } from './notice-events.ts'
import { type DefaultPlaces, placesFor } from './places-for.ts'

/**
 * Where an example would go, and by which rules. Our own alerts and the events of GitHub are as bad as they are, whatever the example
 * says; of others, what names no severity is a mere piece of information.
 */
export function routeExample(
  rules: readonly NoticeRule[],
  example: NoticeExample,
  defaults: DefaultPlaces,
): NoticeRoute {
  const { source, event, repository = null, branch = null } = example
  const kind = source === 'guildpost' ? incidentKinds.find((one) => one === event) : undefined
  if (kind !== undefined) return routeIncident(rules, kind, defaults)
  const severity = source === 'github' ? githubSeverity(event) : (example.severity ?? 'info')
  const isNews = isToldByDefault(source, event)
  const { places, rules: asking } = placesFor(
    rules,
    { source, event, repository, branch, severity, isNews },
    defaults,
  )
  // What is not critical, or over, mentions nobody, whatever a rule says.
  const told =
    severity === 'critical' && mayLast(event) ? places : places.map((place) => ({ ...place, mention: null }))
  return { places: told, rules: asking }
}

function routeIncident(
  rules: readonly NoticeRule[],
  kind: IncidentKind,
  defaults: DefaultPlaces,
): NoticeRoute {
  const { channel, mailTo, rules: asking } = incidentPlaces(rules, kind, defaults)
  return {
    places: [
      ...(channel === null ? [] : [{ kind: 'channel' as const, ...channel }]),
      ...mailTo.map((id) => ({ kind: 'mail' as const, id, mention: null })),
    ],
    rules: asking,
  }
}
