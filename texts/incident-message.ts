import type { Incident, IncidentAction } from '../domain/contracts/incident.ts'
import { incidentTexts } from './incident-alert.ts'
import type { IncidentTexts } from './incidents.en.ts'
import type { Locale } from './translate.ts'

/** A button that comes back as `alert:<action>:<incident id>:<revision>`. */
type AlertButton = { type: 2; style: 1 | 2 | 4; custom_id: string; label: string }
export type AlertMessage = {
  content: string
  components: { type: 1; components: AlertButton[] }[]
}

const messageLength = 2000
const blue = 1
const grey = 2
const red = 4
const styles = { acknowledge: grey, approve: red, deny: grey, retry: blue, revert: red } as const

/**
 * The message of an incident as it is now. `content` is what it was raised with, whose first line is the subject and whose last
 * is what to do.
 */
export function incidentMessage(
  incident: Incident & { content: string },
  locale: Locale = 'en',
): AlertMessage {
  const texts = incidentTexts[locale]
  if (incident.state === 'resolved') return { content: resolvedContent(incident, texts), components: [] }
  const below = [...seenLine(incident, texts), ...acknowledgedLine(incident, texts)].join('\n')
  const room = messageLength - below.length - 1
  return {
    content: below === '' ? cut(incident.content, messageLength) : `${cut(incident.content, room)}\n${below}`,
    components: [incidentButtons(incident, locale)],
  }
}

/** What may be done about it now, for who sees this revision. */
export function incidentButtons(
  { id, revision, actions }: Pick<Incident, 'id' | 'revision' | 'actions'>,
  locale: Locale = 'en',
): AlertMessage['components'][number] {
  const { buttons } = incidentTexts[locale]
  const button = (action: IncidentAction): AlertButton => ({
    type: 2,
    style: styles[action],
    custom_id: `alert:${action}:${id}:${revision}`,
    label: buttons[action],
  })
  return { type: 1, components: actions.map(button) }
}

/** The mail that says that an incident is over. */
export function wordOver(
  { subject, text, ...incident }: Incident,
  locale: Locale = 'en',
): { subject: string; text: string } {
  const { overSubject, overText, duration } = incidentTexts[locale]
  return { subject: overSubject(subject), text: overText(duration(lastedS(incident)), text) }
}

/** How long it has lasted, in seconds. */
export function lastedS({ beganAt, resolvedAt }: Pick<Incident, 'beganAt' | 'resolvedAt'>): number {
  return (Date.parse(resolvedAt ?? beganAt) - Date.parse(beganAt)) / 1000
}

function resolvedContent(incident: Incident & { content: string }, texts: IncidentTexts): string {
  const [first = '', ...lines] = incident.content.split('\n')
  const subject = first.replace(/^⚠️ \*\*|\*\*$/g, '')
  const outcome = texts.outcomes[incident.outcome ?? '']
  const parts = [
    texts.resolved(subject, texts.duration(lastedS(incident))),
    ...(outcome === undefined ? [] : [outcome]),
    // What was to be done is not to be done any more.
    ...lines.slice(0, -1),
    ...seenLine(incident, texts),
  ]
  return cut(parts.join('\n'), messageLength)
}

function seenLine({ count, lastAt }: Incident, texts: IncidentTexts): string[] {
  return count > 1 ? [`-# ${texts.seen(count, relative(lastAt))}`] : []
}

function acknowledgedLine({ acknowledgedBy, acknowledgedAt }: Incident, texts: IncidentTexts): string[] {
  if (acknowledgedAt === null) return []
  const by = acknowledgedBy?.replaceAll(/[\\*_~`|<>#[\]()@]/g, String.raw`\$&`) ?? null
  return [texts.acknowledged(by, relative(acknowledgedAt))]
}

const relative = (iso: string) => `<t:${Math.floor(Date.parse(iso) / 1000)}:R>`

/** Discord counts characters; counting halves of some only makes it shorter. */
const cut = (text: string, length: number) =>
  text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`
