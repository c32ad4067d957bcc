import { hash } from 'node:crypto'
import type { AlertFacts, AlertGroupFacts } from '../contracts/alert-group-facts.ts'
import type { AlertmanagerMessage, SentAlert } from '../contracts/alertmanager.ts'
import type { Severity } from '../contracts/topic.ts'
import { webAddress } from './web-address.ts'
import { wellFormed } from './well-formed.ts'

type Texts = Readonly<Record<string, string>>

/** How many alerts are kept of a group; of more only the number. */
const keptAlerts = 500
/** Of an alert's own annotations those that say what is wrong. */
const saying = new Set(['summary', 'message', 'description'])

/** By which a group is known when it is told again. A group's own key names all of its labels, and may be longer than an index takes. */
export const alertGroupKey = ({ receiver, groupKey }: AlertmanagerMessage): string =>
  hash('sha256', JSON.stringify([receiver, groupKey]))

/** What a group says that is worth keeping. */
export function alertGroupFacts(message: AlertmanagerMessage): AlertGroupFacts {
  const { alerts, commonLabels = {}, commonAnnotations = {}, groupLabels = {} } = message
  const firing = alerts.filter(({ status }) => status === 'firing').length
  return {
    kind: 'alert-group',
    receiver: wellFormed(message.receiver, 200),
    labels: kept(commonLabels, 200),
    groupedBy: Object.keys(kept(groupLabels, 200)),
    annotations: kept(commonAnnotations, 2000),
    url: webAddress(message.externalURL),
    firing,
    resolved: alerts.length - firing,
    leftOut: (message.truncatedAlerts ?? 0) + Math.max(0, alerts.length - keptAlerts),
    alerts: alerts
      .toSorted(firingThenOldest)
      .slice(0, keptAlerts)
      .map((alert) => alertFacts(alert, { commonLabels, commonAnnotations })),
  }
}

/** How bad a group is: as bad as the worst that fires in it, or fired where none does any more. */
export function alertSeverity({ alerts, commonLabels = {} }: AlertmanagerMessage): Severity {
  const firing = alerts.filter(({ status }) => status === 'firing')
  const asking = (firing.length > 0 ? firing : alerts).map(({ labels }) => severityOf(labels))
  const severities = new Set(asking.length > 0 ? asking : [severityOf(commonLabels)])
  if (severities.has('critical')) return 'critical'
  return severities.has('warning') ? 'warning' : 'info'
}

const named: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  page: 'critical',
  error: 'warning',
  warning: 'warning',
}

function severityOf({ severity = '' }: Texts): Severity {
  const name = severity.trim().toLowerCase()
  return Object.hasOwn(named, name) ? (named[name] ?? 'info') : 'info'
}

function firingThenOldest(one: SentAlert, other: SentAlert): number {
  if (one.status !== other.status) return one.status === 'firing' ? -1 : 1
  const earlier = timeOf(one.startsAt) - timeOf(other.startsAt)
  return earlier === 0 || Number.isNaN(earlier)
    ? compare(JSON.stringify(one.labels), JSON.stringify(other.labels))
    : earlier
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

function alertFacts(
  { status, labels, annotations = {}, startsAt, endsAt, generatorURL }: SentAlert,
  { commonLabels, commonAnnotations }: { commonLabels: Texts; commonAnnotations: Texts },
): AlertFacts {
  const own = (texts: Texts, common: Texts) =>
    Object.fromEntries(Object.entries(texts).filter(([name, text]) => common[name] !== text))
  const said = Object.entries(own(annotations, commonAnnotations)).filter(([name]) => saying.has(name))
  return {
    state: status,
    labels: kept(own(labels, commonLabels), 200),
    annotations: kept(Object.fromEntries(said), 1000),
    since: isoOf(startsAt),
    // Of one that fires it is a guess when it would be over, or no time at all.
    until: status === 'resolved' ? isoOf(endsAt) : null,
    url: webAddress(generatorURL),
  }
}

/** At most thirty of them, in the order of their names; those without a value say nothing. */
function kept(texts: Texts, length: number): Record<string, string> {
  const clean = Object.entries(texts).map(
    ([name, text]) => [wellFormed(name, 100), wellFormed(text, length).trim()] as const,
  )
  const saidSomething = clean.filter(([, text]) => text !== '')
  return Object.fromEntries(saidSomething.toSorted(([one], [other]) => compare(one, other)).slice(0, 30))
}

const timeOf = (time: string): number => Date.parse(time)

function isoOf(time: string | undefined): string | null {
  const at = timeOf(time ?? '')
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
