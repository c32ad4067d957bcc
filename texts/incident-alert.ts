import type { FactualKind, IncidentFacts } from '../domain/contracts/incident-facts.ts'
import type { Words } from '../domain/contracts/notice.ts'
import type { Trouble } from './alerts.en.ts'
import { type IncidentTexts, incidentsEn, type Show } from './incidents.en.ts'
import { incidentsZhTw } from './incidents.zh-TW.ts'
import type { Locale } from './translate.ts'

export const incidentTexts: Record<Locale, IncidentTexts> = { en: incidentsEn, 'zh-TW': incidentsZhTw }

/**
 * What is wrong and what to do next: as a message in a channel, whose last line is what to do, and as mail. A channel has no
 * language: English.
 */
export function wordIncident<Kind extends FactualKind>(
  kind: Kind,
  facts: IncidentFacts[Kind],
  locale: Locale = 'en',
): Words {
  const texts = incidentTexts[locale]
  const shown = harmlessFacts(facts)
  const lists: NameList[] = []
  const inDiscord = (names: Show['names']) => {
    const trouble = troubleOf(texts, kind, shown, { ...shownInDiscord, names })
    return `⚠️ **${trouble.subject}**\n${trouble.wrong}\n${trouble.mend}`
  }
  const withoutNames = inDiscord((names, count) => {
    lists.push({ names, count })
    return ''
  })
  const listed = listWithin(texts, lists, messageLength - withoutNames.length)
  const { subject, wrong, mend } = troubleOf(texts, kind, facts, shownInMail(texts))
  return {
    content: inDiscord(() => listed.texts.shift() ?? ''),
    subject: subject.replaceAll(/\s+/g, ' '),
    text: `${wrong}\n\n${mend}\n`,
    ...(listed.isCut ? { isCut: true } : {}),
  }
}

/** The alert about the first break of the audit's chain. */
export function auditBroken(facts: IncidentFacts['audit-broken']): Words & {
  key: string
  kind: 'audit-broken'
} {
  return { key: 'audit-broken', kind: 'audit-broken', ...wordIncident('audit-broken', facts) }
}

function troubleOf<Kind extends FactualKind>(
  texts: IncidentTexts,
  kind: Kind,
  facts: IncidentFacts[Kind],
  show: Show,
): Trouble {
  return texts.troubles[kind](facts, show)
}

/** A message has 2,000 characters; the rest is for who looks after it, and how often it was seen. */
const messageLength = 1800
const valueLength = 250

/** Whoever names lists and people, and the servers that say what is wrong, may write Markdown. */
function harmlessFacts<Facts extends object>(facts: Facts): Facts {
  const shown = Object.entries(facts).map(([name, value]: [string, unknown]) => {
    if (name === 'expiresAt') return [name, value]
    if (Array.isArray(value)) return [name, value.map((one) => escaped(String(one)))]
    return [name, typeof value === 'string' ? escaped(value) : value]
  })
  return Object.fromEntries(shown) as Facts
}

function escaped(value: string): string {
  const line = value.toWellFormed().replaceAll(/[\s\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, ' ')
  const short = line.length > valueLength ? `${line.slice(0, valueLength - 1).toWellFormed()}…` : line
  return short.trim().replaceAll(/[\\*_~`|<>#[\]()@]/g, String.raw`\$&`)
}

const utc = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
const secondsOf = (time: number) => Math.floor(time / 1000)

const shownInDiscord: Omit<Show, 'names'> = {
  since: (seconds) => `<t:${secondsOf(Date.now()) - Math.round(seconds)}:T>`,
  when: (iso) => `<t:${secondsOf(Date.parse(iso))}:R>`,
}

function shownInMail(texts: IncidentTexts): Show {
  return {
    since: (seconds) => utc(Date.now() - seconds * 1000),
    when: (iso) => utc(Date.parse(iso)),
    names: (names, count) => namesWithin(texts, { names, count }, Number.POSITIVE_INFINITY),
  }
}

type NameList = { names: readonly string[]; count: number }

/** What each list of names says when all of them have `room` together: a short one leaves its rest to the other. */
function listWithin(
  texts: IncidentTexts,
  lists: readonly NameList[],
  room: number,
): { texts: string[]; isCut: boolean } {
  const whole = lists.map((list) => namesWithin(texts, list, Number.POSITIVE_INFINITY))
  const lengths = whole.map(({ length }) => length)
  if (lengths.reduce((sum, length) => sum + length, 0) <= room) return { texts: whole, isCut: false }
  const fair = Math.floor(room / lists.length)
  const unused = lengths.reduce((sum, length) => sum + Math.max(0, fair - length), 0)
  const isLong = (length: number) => length > fair
  const more = Math.floor(unused / Math.max(1, lengths.filter(isLong).length))
  return {
    texts: lists.map((list, at) =>
      isLong(lengths[at] ?? 0) ? namesWithin(texts, list, fair + more - andMoreLength) : (whole[at] ?? ''),
    ),
    isCut: true,
  }
}

/** As long as "and 100000 more" is in any language. */
const andMoreLength = 25

function namesWithin(
  { andMore, separator }: IncidentTexts,
  { names, count }: NameList,
  length: number,
): string {
  let used = 0
  const room = names.findIndex((name) => (used += name.length + separator.length) > length)
  const shown = room === -1 ? names : names.slice(0, room)
  const more = count - shown.length
  const list = shown.join(separator)
  return more > 0 ? andMore(list, more) : list
}
