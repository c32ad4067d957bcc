import { buttonsIn } from './buttons-in.ts'
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

const begin =
  '<!-- recorded: NOTICES=docs/notices.md npm run test:run -- tests/flows/notices-page.test.ts -->'
const end = '<!-- /recorded -->'

/** The page with what was recorded, in place of what was there. */
export function pageWith(page: string, recorded: readonly Recorded[]): string {
  const before = page.split(begin)[0] ?? ''
  const after = page.split(end)[1]
  if (after === undefined) throw new Error(`the page has no ${begin} … ${end}`)
  const sections = recorded.map(({ heading, remark, messages, mails = [], titlesOnly = false }) =>
    [
      `### ${heading}`,
      remark,
      ...(titlesOnly ? [quotation(messages.flatMap(titlesOf))] : messages.map(quoted)),
      ...mails.map(letterOf),
    ].join('\n\n'),
  )
  return `${before}${begin}\n\n${sections.join('\n\n')}\n\n${end}${after}`
}

/** A message as a quotation: its text, its cards, and in brackets its buttons. */
function quoted({ content, embeds, components, attachments }: DiscordMessage): string {
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
  return quotation([content, cards.join('\n\n'), ...below].filter((line) => line !== ''))
}

const titleOf = ({ url, title }: DiscordMessage['embeds'][number]): string =>
  url ? `[**${title}**](${url})` : `**${title}**`
const titlesOf = ({ embeds }: DiscordMessage): string[] => embeds.map(titleOf)

const quotation = (texts: readonly string[]): string =>
  abridged(texts.flatMap((text) => text.split('\n')))
    .map((line) => timeless(line).replace(/^-# /, ''))
    .map((line) => (line === '' ? '>' : `> ${line}<br>`))
    .join('\n')

/** A mail’s plain text, under whom it went to and what it is called. */
const letterOf = ({ to, subject, text }: Mail): string =>
  ['```text', `To: ${to.join(', ')}`, `Subject: ${subject}`, '', timeless(text.trimEnd()), '```'].join('\n')

const linesAtMost = 24
const lineAtMost = 800

/** What is long only because there is much of the same need not be read here. */
function abridged(lines: readonly string[]): string[] {
  const whole = lines.map((line) => (line.length > lineAtMost ? shortened(line) : line))
  return whole.length > linesAtMost ? [...whole.slice(0, 8), '_[…]_', ...whole.slice(-5)] : whole
}

const shortened = (line: string): string =>
  `${line.slice(0, 250).replace(/\S+$/, '')}_[…]_${line.slice(-60).replace(/^\S+/, '')}`

/** Moments, versions, codes and addresses are other ones at each recording, and a role is its number. */
const timeless = (text: string): string =>
  text
    .replaceAll(/<t:\d+:R>/g, '_2 minutes ago_')
    .replaceAll(/<t:\d+:D>/g, '_January 20, 2026_')
    .replaceAll(/<t:\d+:[TtFf]>/g, '_09:41_')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '2026-01-05 09:41:00 UTC')
    .replaceAll(/\d{14}\.\d{6}Z#/g, '20260105094100.000000Z#')
    .replaceAll(/^ {4}\d{3} \d{3}$/gm, '    123 456')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+\/(\w+)\/\S*/g, 'https://lists.example.org/$1/…')
    .replaceAll(/<(\/[a-z ]+):\d+>/g, '`$1`')
    .replaceAll(/<@&\d+>/g, '**@on-call**')
