import type { IncidentKind } from '../contracts/incident.ts'
import type { NoticeRule } from '../contracts/notice-rule.ts'
import type { About, Severity } from '../contracts/topic.ts'
import { type DefaultPlaces, placesFor } from './places-for.ts'

/** Critical: what is asked for waits until somebody looks, many people or lists are at stake, nobody may decide, or what was proven isn't any more. */
const severities: Record<IncidentKind, Severity> = {
  'directory-away': 'critical',
  'target-paused': 'critical',
  'people-gone': 'critical',
  'lists-gone': 'critical',
  'admins-lost': 'critical',
  'jobs-away': 'critical',
  'postgres-away': 'critical',
  'discord-undeliverable': 'critical',
  'audit-broken': 'critical',
  'change-failed': 'warning',
  'list-entry-failed': 'warning',
  'queue-old': 'warning',
  'removals-held': 'warning',
  'read-incomplete': 'warning',
  'redis-away': 'warning',
  'redis-full': 'warning',
  'pool-exhausted': 'warning',
  'mail-undeliverable': 'warning',
  'clock-skew': 'warning',
  role: 'warning',
  drift: 'info',
  'requests-waiting': 'info',
}

/** Where an incident is told: one message in a channel, and mail. Both empty: nowhere, by a rule or for want of a place. */
export type IncidentPlaces = {
  channel: { id: string; mention: string | null } | null
  mailTo: readonly string[]
  rules: string[]
}

/**
 * Where an incident of this kind is told. Its one message, on which admins decide, goes to the first channel that a rule names, or to
 * the default channel; rules may have it mailed as well. `nowhere` counts for what is not critical only.
 */
export function incidentPlaces(
  rules: readonly NoticeRule[],
  kind: IncidentKind,
  defaults: Pick<DefaultPlaces, 'alertChannelId' | 'alertMailTo'>,
): IncidentPlaces {
  const severity = severities[kind]
  const about = {
    source: 'guildpost',
    event: kind,
    repository: null,
    branch: null,
    severity,
    isNews: true,
  } satisfies About
  const counting = severity === 'critical' ? rules.filter(({ place }) => place.kind !== 'nowhere') : rules
  const { places, rules: asking } = placesFor(counting, about, { ...defaults, workflowChannelId: null })
  if (asking.length > 0 && places.length === 0) return { channel: null, mailTo: [], rules: asking }
  const named = places.find((place) => place.kind === 'channel')
  const id = named?.id ?? defaults.alertChannelId
  return {
    channel: id === null ? null : { id, mention: severity === 'critical' ? (named?.mention ?? null) : null },
    mailTo: places.filter((place) => place.kind === 'mail').map((place) => place.id),
    rules: asking,
  }
}
