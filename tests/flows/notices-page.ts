import { buttonsIn } from './buttons-in.ts'
import type { Locale } from '../../domain/contracts/locale.ts'
import type { DiscordMessage } from '../../sandbox/discord/stand-in.ts'
import type { Mail } from '../../sandbox/servers/mail-sink.ts'

/** What was recorded under one heading. `titlesOnly`: the rest looks as it does under another one. */
export type Recorded = {
  heading: string
  remark: string
  messages: readonly DiscordMessage[]
  mails?: readonly Mail[]
  titlesOnly?: boolean
}

const command = 'NOTICES=docs/notices.md npm run test:run -- tests/flows/notices-page.test.ts'
const begins: Record<Locale, string> = {
  en: `<!-- recorded: ${command} -->`,
  'zh-TW': `<!-- recorded in zh-TW: ${command} -->`,
}
const end = '<!-- /recorded -->'

/** The page with what was recorded in this language, in place of what was there. */
export function pageWith(page: string, recorded: readonly Recorded[], locale: Locale): string {
  const begin = begins[locale]
  const [before, rest, again] = page.split(begin)
  const endsAt = rest?.indexOf(end) ?? -1
  if (before === undefined || rest === undefined || again !== undefined || endsAt === -1)
    throw new Error(`the page has not one ${begin} … ${end}`)
  const sections = recorded.map(({ heading, remark, messages, mails = [], titlesOnly = false }) =>
    [
      `### ${heading}`,
      remark,
      ...(titlesOnly
        ? [quotation(messages.flatMap(titlesOf), locale)]
        : messages.map((message) => quoted(message, locale))),
      ...mails.map((mail) => letterOf(mail, locale)),
    ].join('\n\n'),
  )
  return `${before}${begin}\n\n${sections.join('\n\n')}\n\n${rest.slice(endsAt)}`
}

/** A message as a quotation: its text, its cards, and in brackets its buttons. */
function quoted({ content, embeds, components, attachments }: DiscordMessage, locale: Locale): string {
  const cards = embeds.map((card) =>
    [
      titleOf(card),
      ...(card.description ? [card.description] : []),
      ...(card.fields ?? []).map(({ name, value }) => `**${name}** ${value}`),
      ...(card.footer ? [`_${card.footer.text}_`] : []),
    ].join('\n'),
  )
  const below = [
    ...attachments.map(({ filename }) => `📎 ${filename}`),
    buttonsIn(components)
      .map((label) => `\`[ ${label} ]\``)
      .join(' '),
  ].filter((line) => line !== '')
  return quotation(
    [content, cards.join('\n\n'), ...below].filter((line) => line !== ''),
    locale,
  )
}

const titleOf = ({ url, title }: DiscordMessage['embeds'][number]): string =>
  url ? `[**${title}**](${url})` : `**${title}**`
const titlesOf = ({ embeds }: DiscordMessage): string[] => embeds.map(titleOf)

const quotation = (texts: readonly string[], locale: Locale): string =>
  abridged(texts.flatMap((text) => text.split('\n')))
    .map((line) => timeless(line, locale).replace(/^-# /, ''))
    .map((line) => (line === '' ? '>' : `> ${line}<br>`))
    .join('\n')

/** A mail’s plain text, under whom it went to and what it is called. */
const letterOf = ({ to, subject, text }: Mail, locale: Locale): string =>
  [
    '```text',
    `To: ${to.join(', ')}`,
    `Subject: ${subject}`,
    '',
    timeless(text.trimEnd(), locale),
    '```',
  ].join('\n')

const linesAtMost = 24
const lineAtMost = 800

/** What is long only because there is much of the same need not be read here. */
function abridged(lines: readonly string[]): string[] {
  const whole = lines.map((line) => (line.length > lineAtMost ? shortened(line) : line))
  return whole.length > linesAtMost ? [...whole.slice(0, 8), '_[…]_', ...whole.slice(-5)] : whole
}

const shortened = (line: string): string =>
  `${line.slice(0, 250).replace(/\S+$/, '')}_[…]_${line.slice(-60).replace(/^\S+/, '')}`

/** Discord shows moments as each reader likes: these are somebody's whose language is the message's. */
const moments: Record<Locale, { past: string; ahead: string; day: string }> = {
  en: { past: '2 minutes ago', ahead: 'in a day', day: 'January 20, 2026' },
  'zh-TW': { past: '2 分鐘前', ahead: '1 天後', day: '2026年1月20日' },
}
const times = ['09:41', '09:46'] as const

/** Moments, versions, codes and addresses are other ones at each recording, and a role is its number. */
function timeless(text: string, locale: Locale): string {
  const { past, ahead, day } = moments[locale]
  let seen = 0
  return text
    .replaceAll(/<t:(\d+):R>/g, (_, at: string) => `_${Number(at) * 1000 > Date.now() ? ahead : past}_`)
    .replaceAll(/<t:\d+:D>/g, `_${day}_`)
    .replaceAll(/<t:\d+:[TtFf]>/g, () => `_${times[seen++] ?? times[1]}_`)
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '2026-01-05 09:41:00 UTC')
    .replaceAll(/\d{14}\.\d{6}Z#/g, '20260105094100.000000Z#')
    .replaceAll(/^ {4}\d{3} \d{3}$/gm, '    123 456')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+\/(\w+)\/\S*/g, 'https://lists.example.org/$1/…')
    .replaceAll(/<(\/[a-z ]+):\d+>/g, '`$1`')
    .replaceAll(/<@&\d+>/g, '**@on-call**')
}
