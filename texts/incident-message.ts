import type { Incident, IncidentAction } from '../domain/contracts/incident.ts'
import type { UrlButton } from '../domain/contracts/notice.ts'
import { asIs } from './as-is.ts'
import { durationIn } from './duration.ts'
import { fit, messageLength } from './fit.ts'
import { harmless } from './harmless.ts'
import { lateLine } from './late-line.ts'
import type { Locale, Translate } from './translate.ts'

/** A button that comes back as `alert:<action>:<incident id>:<revision>`. */
type AlertButton = { type: 2; style: 1 | 2 | 4; custom_id: string; label: string }
export type AlertMessage = {
  content: string
  components: { type: 1; components: (AlertButton | UrlButton)[] }[]
}

const blue = 1
const grey = 2
const red = 4
const styles = { acknowledge: grey, approve: red, deny: grey, retry: blue, revert: red } as const

/**
 * The message of an incident as it is now. `content` is what it was raised with, whose first line is the subject and whose last
 * is what to do, `opens` the address of what it is about. `isLate`: it was told so long after it began that a reader must know when that was.
 */
export function incidentMessage(
  incident: Incident & { content: string; opens?: string | null },
  locale: Locale = 'en',
  { isLate = false }: { isLate?: boolean } = {},
): AlertMessage {
  const t = asIs[locale]
  const late = isLate ? [lateLine(t, new Date(incident.beganAt))] : []
  if (incident.state === 'resolved')
    return { content: withBelow(resolvedContent(incident, t), late), components: [] }
  const below = [...seenLine(incident, t), ...acknowledgedLine(incident, t), ...late]
  const { components: decisions } = incidentButtons(incident, locale)
  const buttons = [...decisions, ...openButton(incident.opens ?? null, t)]
  return {
    content: withBelow(incident.content, below),
    components: buttons.length > 0 ? [{ type: 1, components: buttons }] : [],
  }
}

function withBelow(content: string, lines: readonly string[]): string {
  const below = lines.map((line) => `\n${line}`).join('')
  return `${cut(content, messageLength - below.length)}${below}`
}

/** What may be done about it now, for who sees this revision. */
export function incidentButtons(
  { id, kind, revision, actions }: Pick<Incident, 'id' | 'kind' | 'revision' | 'actions'>,
  locale: Locale = 'en',
): { type: 1; components: AlertButton[] } {
  const t = asIs[locale]
  const button = (action: IncidentAction): AlertButton => ({
    type: 2,
    // Letting somebody in does no harm.
    style: action === 'approve' && kind === 'requests-waiting' ? blue : styles[action],
    custom_id: `alert:${action}:${id}:${revision}`,
    label: t(`button.alert.${action}`),
  })
  return { type: 1, components: actions.map(button) }
}

const openButton = (url: string | null, t: Translate): UrlButton[] =>
  url === null ? [] : [{ type: 2, style: 5, url, label: t('notice.open') }]

/** The mail that says that an incident is over. */
export function wordOver(
  { subject, text, ...incident }: Incident,
  locale: Locale = 'en',
): { subject: string; text: string } {
  const t = asIs[locale]
  return {
    subject: t('incident.over.subject', { subject }),
    text: t('incident.over.text', { duration: durationIn(t, lastedS(incident)), text }),
  }
}

/** How long it has lasted, in seconds. */
export function lastedS({ beganAt, resolvedAt }: Pick<Incident, 'beganAt' | 'resolvedAt'>): number {
  return (Date.parse(resolvedAt ?? beganAt) - Date.parse(beganAt)) / 1000
}

function resolvedContent(incident: Incident & { content: string }, t: Translate): string {
  const [first = '', ...lines] = incident.content.split('\n')
  const subject = first.replace(/^(?:⚠️|🙋) \*\*|\*\*$/gu, '')
  const parts = [
    t('incident.resolved', { subject, duration: durationIn(t, lastedS(incident)) }),
    ...outcomeLine(incident, t),
    // What was to be done is not to be done any more.
    ...lines.slice(0, -1),
    ...seenLine(incident, t),
  ]
  return parts.join('\n')
}

const decidedOutcomes = ['approved', 'denied', 'reverted', 'retried'] as const
const isDecided = (outcome: string | null): outcome is (typeof decidedOutcomes)[number] =>
  decidedOutcomes.some((decided) => decided === outcome)

/** Who decided what, or that nobody did; what is over by itself needs no words. */
function outcomeLine({ outcome, decidedBy }: Incident, t: Translate): string[] {
  if (outcome === 'expired') return [t('incident.outcome.expired')]
  if (!isDecided(outcome)) return []
  if (decidedBy === null) return [t(`incident.outcome.${outcome}`)]
  return [t(`incident.outcome.${outcome}.by`, { by: harmless(decidedBy, { length: 100 }) })]
}

function seenLine({ count, lastAt }: Incident, t: Translate): string[] {
  return count > 1 ? [`-# ${t('incident.seen', { count, last: relative(lastAt) })}`] : []
}

function acknowledgedLine({ acknowledgedBy, acknowledgedAt }: Incident, t: Translate): string[] {
  if (acknowledgedAt === null) return []
  const at = relative(acknowledgedAt)
  if (acknowledgedBy === null) return [t('incident.acknowledged.somebody', { at })]
  return [t('incident.acknowledged', { by: harmless(acknowledgedBy, { length: 100 }), at })]
}

const relative = (iso: string) => `<t:${Math.floor(Date.parse(iso) / 1000)}:R>`

const cut = (text: string, length: number) => fit(text, { length }).text
