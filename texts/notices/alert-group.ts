import type { AlertFacts, AlertGroupFacts } from '../../domain/contracts/alert-group-facts.ts'
import type { Card } from '../../domain/contracts/card.ts'
import type { ShownTopic } from '../../domain/contracts/topic.ts'
import { webAddress } from '../../domain/rules/web-address.ts'
import { asIs } from '../as-is.ts'
import { harmless, harmlessLines, plainLine } from '../harmless.ts'
import { readOneWay } from '../own-markdown.ts'
import { siteTime } from '../site-time.ts'
import type { Locale, Translate } from '../translate.ts'
import { looksOf } from './looks.ts'

type AlertGroup = ShownTopic & { facts: AlertGroupFacts }

/** A group of alerts. */
export function alertGroupCard(group: AlertGroup, locale: Locale, timeZone: string): Card {
  const t = asIs[locale]
  const inMail = mailIn(timeZone)
  const { facts } = group
  const { colour, icon } = looksOf(group)
  const labels = labelsOf(facts.labels, inDiscord, ['alertname'])
  return {
    title: titleOf(group, icon, inDiscord, t),
    url: facts.url !== null && isTakenByDiscord(facts.url) ? facts.url : null,
    text: textOf(facts, inDiscord, t),
    fields: labels === '' ? [] : [{ name: t('notice.alerts.labels'), value: labels, inline: false }],
    footer: t('notice.alerts.footer', { receiver: plainLine(facts.receiver) }),
    colour,
    plain: {
      subject: titleOf(group, icon, inMail, t),
      text: [
        textOf(facts, inMail, t),
        labelsOf(facts.labels, inMail, ['alertname']),
        facts.url ?? '',
        t('notice.alerts.footer', { receiver: plainLine(facts.receiver) }),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    },
  }
}

/** How the pieces of a card are shown: as Markdown, or in a mail. */
type Show = {
  line: (text: string, length: number) => string
  lines: (text: string, length: number) => string
  bold: (shown: string) => string
  time: (iso: string) => string
  link: (word: string, url: string) => string
}

const inDiscord: Show = {
  line: (text, length) => harmless(text, { length }),
  lines: (text, length) => harmlessLines(text, { length }),
  bold: (shown) => `**${shown}**`,
  time: (iso) => `<t:${Math.floor(Date.parse(iso) / 1000)}:R>`,
  link: (word, url) => `[${word}](${url})`,
}

const mailIn = (timeZone: string): Show => ({
  line: (text) => plainLine(text),
  lines: (text) => readOneWay(text),
  bold: (shown) => shown,
  time: (iso) => siteTime(iso, timeZone),
  link: (word, url) => `${word}: ${url}`,
})

function titleOf({ facts, state }: AlertGroup, icon: string, show: Show, t: Translate): string {
  const name = show.line(nameOf(facts), 180)
  const { firing, resolved } = facts
  if (state === 'resolved') return t('notice.alerts.over', { name })
  return resolved === 0
    ? t('notice.alerts.firing', { icon, name, firing })
    : t('notice.alerts.some', { icon, name, firing, resolved })
}

/** What fires: the alert's name, else by what they are grouped, else what they have in common. */
function nameOf({ labels, groupedBy, alerts, receiver }: AlertGroupFacts): string {
  if (labels['alertname'] !== undefined) return labels['alertname']
  const names = [...new Set(alerts.flatMap((alert) => alert.labels['alertname'] ?? []))]
  if (names.length > 0) return names.join(', ')
  const by = groupedBy.filter((name) => labels[name] !== undefined)
  const shown = (by.length > 0 ? by : Object.keys(labels)).map((name) => `${name} ${labels[name]}`)
  return shown.length > 0 ? shown.join(', ') : receiver
}

function textOf({ annotations, alerts, leftOut }: AlertGroupFacts, show: Show, t: Translate): string {
  const lines = alerts.map((alert) => alertLine(alert, show, t))
  if (leftOut > 0) lines.push(t('notice.alerts.leftOut', { count: leftOut }))
  return [...said(annotations, show), ...others(annotations, show, t), lines.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** In words: what is wrong. */
function said({ summary, message, description }: Record<string, string>, show: Show): string[] {
  return [
    ...(summary === undefined ? [] : [show.bold(show.line(summary, 500))]),
    ...(message === undefined ? [] : [show.lines(message, 1500)]),
    ...(description === undefined || description === summary ? [] : [show.lines(description, 1500)]),
  ]
}

/** What else all of them say, and what to do about it. */
function others(annotations: Record<string, string>, show: Show, t: Translate): string[] {
  const lines = Object.entries(annotations)
    .filter(([name]) => !['summary', 'message', 'description'].includes(name))
    .map(([name, text]) => {
      const url = /^runbook(_url)?$/.test(name) ? webAddress(text) : null
      return url === null
        ? `${show.line(name, 100)}: ${show.line(text, 300)}`
        : `📖 ${show.link(t('notice.alerts.runbook'), url)}`
    })
  return lines.length === 0 ? [] : [lines.join('\n')]
}

function alertLine(
  { state, labels, annotations, since, until, url }: AlertFacts,
  show: Show,
  t: Translate,
): string {
  const when = until ?? since
  const key = until === null ? 'notice.alerts.since' : 'notice.alerts.until'
  const parts = [
    labelsOf(labels, show, []),
    when === null ? '' : t(key, { when: show.time(when) }),
    url === null ? '' : show.link(t('notice.alerts.source'), url),
  ].filter((part) => part !== '')
  const own = said(annotations, show).map((text) => `\n  ${text.replaceAll('\n', '\n  ')}`)
  return `${state === 'firing' ? '🔥' : '✅'} ${parts.join(' · ')}`.trimEnd() + own.join('')
}

const labelsOf = (labels: Record<string, string>, show: Show, without: readonly string[]): string =>
  Object.entries(labels)
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => `${show.line(name, 100)}: ${show.bold(show.line(value, 200))}`)
    .join(' · ')

/** Discord refuses a whole message for a title that leads to a host without a dot, as hosts within a cluster are named. */
const isTakenByDiscord = (url: string): boolean => /[^.]\.[^.]/.test(URL.parse(url)?.hostname ?? '')
