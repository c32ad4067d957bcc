import type { FactualKind, IncidentFacts } from '../domain/contracts/incident-facts.ts'
import { isTrouble } from '../domain/contracts/incident.ts'
import type { Words } from '../domain/contracts/notice.ts'
import { asIs } from './as-is.ts'
import { harmless } from './harmless.ts'
import { type Show, troubleOf } from './incident-words.ts'
import { siteTime } from './site-time.ts'
import type { Locale } from './translate.ts'

/**
 * What is wrong and what to do next: as a message in a channel, whose last line is what to do, and as mail, with times in that zone.
 */
export function wordIncident<Kind extends FactualKind>(
  kind: Kind,
  facts: IncidentFacts[Kind],
  locale: Locale = 'en',
  timeZone = 'UTC',
): Words {
  const t = asIs[locale]
  const shown = harmlessFacts(facts)
  const lists: NameList[] = []
  const inDiscord = (names: Show['names']) => {
    const trouble = troubleOf(t, kind, shown, { ...shownInDiscord, ...inLanguage(locale), names })
    return `${markOf(kind)} **${trouble.subject}**\n${trouble.wrong}\n${trouble.mend}`
  }
  const withoutNames = inDiscord((names, count) => {
    lists.push({ names, count })
    return ''
  })
  const listed = listWithin(locale, lists, messageLength - withoutNames.length)
  const { subject, wrong, mend } = troubleOf(t, kind, facts, shownInMail(locale, timeZone))
  return {
    content: inDiscord(() => listed.texts.shift() ?? ''),
    subject: subject.replaceAll(/\s+/g, ' '),
    text: `${wrong}\n\n${mend}\n`,
    ...(listed.isCut ? { isCut: true } : {}),
    ...('channelId' in facts && typeof facts.channelId === 'string' ? { channelId: facts.channelId } : {}),
  }
}

const markOf = (kind: FactualKind) => (isTrouble(kind) ? '⚠️' : '🙋')

/** The alert about the first break of the audit's chain. */
export function auditBroken(
  facts: IncidentFacts['audit-broken'],
  locale: Locale = 'en',
): Words & {
  key: string
  kind: 'audit-broken'
} {
  return { key: 'audit-broken', kind: 'audit-broken', ...wordIncident('audit-broken', facts, locale) }
}

/** A message has 2,000 characters; the rest is for who looks after it, and how often it was seen. */
const messageLength = 1800
const shown = (value: string) => harmless(value, { length: 250 })

/** Whoever names lists and people, and the servers that say what is wrong, may write Markdown. */
function harmlessFacts<Facts extends object>(facts: Facts): Facts {
  const entries = Object.entries(facts).map(([name, value]: [string, unknown]) => {
    if (name === 'expiresAt' || name === 'askedAt') return [name, value]
    if (Array.isArray(value)) return [name, value.map((one) => shown(String(one)))]
    return [name, typeof value === 'string' ? shown(value) : value]
  })
  return Object.fromEntries(entries) as Facts
}

const secondsOf = (time: number) => Math.floor(time / 1000)

const betweenSentences = { en: ' ', 'zh-TW': '' } as const

const inLanguage = (locale: Locale): Pick<Show, 'sentences'> => ({
  sentences: (all) => all.join(betweenSentences[locale]),
})

const shownInDiscord: Pick<Show, 'since' | 'when'> = {
  since: (seconds) => `<t:${secondsOf(Date.now()) - Math.round(seconds)}:T>`,
  when: (iso) => `<t:${secondsOf(Date.parse(iso))}:R>`,
}

function shownInMail(locale: Locale, timeZone: string): Show {
  return {
    ...inLanguage(locale),
    since: (seconds) => siteTime(Date.now() - seconds * 1000, timeZone),
    when: (iso) => siteTime(iso, timeZone),
    names: (names, count) => namesWithin(locale, { names, count }, Number.POSITIVE_INFINITY),
  }
}

type NameList = { names: readonly string[]; count: number }

/** What each list of names says when all of them have `room` together: a short one leaves its rest to the other. */
function listWithin(
  locale: Locale,
  lists: readonly NameList[],
  room: number,
): { texts: string[]; isCut: boolean } {
  const whole = lists.map((list) => namesWithin(locale, list, Number.POSITIVE_INFINITY))
  const lengths = whole.map(({ length }) => length)
  if (lengths.reduce((sum, length) => sum + length, 0) <= room) return { texts: whole, isCut: false }
  const fair = Math.floor(room / lists.length)
  const unused = lengths.reduce((sum, length) => sum + Math.max(0, fair - length), 0)
  const isLong = (length: number) => length > fair
  const more = Math.floor(unused / Math.max(1, lengths.filter(isLong).length))
  return {
    texts: lists.map((list, at) =>
      isLong(lengths[at] ?? 0) ? namesWithin(locale, list, fair + more - andMoreLength) : (whole[at] ?? ''),
    ),
    isCut: true,
  }
}

/** As long as "and 100000 more" is in any language. */
const andMoreLength = 25

function namesWithin(locale: Locale, { names, count }: NameList, length: number): string {
  const separator = asIs[locale]('names.between')
  let used = 0
  const room = names.findIndex((name) => (used += name.length + separator.length) > length)
  const shown = room === -1 ? names : names.slice(0, room)
  const more = count - shown.length
  const list = shown.join(separator)
  return more > 0 ? asIs[locale]('incident.names.more', { names: list, more }) : list
}
