import { buttonsIn } from './buttons-in.ts'
import type { DiscordMessage } from '../../sandbox/discord/stand-in.ts'

/** What was recorded under one heading. */
export type Recorded = { heading: string; remark: string; messages: DiscordMessage[] }

const begin =
  '<!-- recorded: NOTICES=docs/notices.md npm run test:run -- tests/flows/notices-page.test.ts -->'
const end = '<!-- /recorded -->'

/** The page with what was recorded, in place of what was there. */
export function pageWith(page: string, recorded: readonly Recorded[]): string {
  const before = page.split(begin)[0] ?? ''
  const after = page.split(end)[1]
  if (after === undefined) throw new Error(`the page has no ${begin} … ${end}`)
  const sections = recorded.map(({ heading, remark, messages }) =>
    [`### ${heading}`, remark, ...messages.map(quoted)].join('\n\n'),
  )
  return `${before}${begin}\n\n${sections.join('\n\n')}\n\n${end}${after}`
}

/** A message as a quotation: its text, its cards, and in brackets its buttons. Moments are another one at each recording, and a role is its number. */
function quoted({ content, embeds, components, attachments }: DiscordMessage): string {
  const cards = embeds.map(({ title, url, description, fields, footer }) =>
    [
      url ? `[**${title}**](${url})` : `**${title}**`,
      ...(description ? [description] : []),
      ...(fields ?? []).map(({ name, value }) => `**${name}** ${value}`),
      ...(footer ? [`_${footer.text}_`] : []),
    ].join('\n'),
  )
  const below = [
    ...attachments.map(({ filename }) => `📎 ${filename}`),
    buttonsIn(components)
      .map((label) => `\`[ ${label} ]\``)
      .join(' '),
  ].filter((line) => line !== '')
  const lines = [content, cards.join('\n\n'), ...below]
    .filter((line) => line !== '')
    .flatMap((text) => text.split('\n'))
  return lines
    .map((line) => timeless(line).replace(/^-# /, ''))
    .map((line) => (line === '' ? '>' : `> ${line}<br>`))
    .join('\n')
}

const timeless = (line: string): string =>
  line
    .replaceAll(/<t:\d+:R>/g, '_2 minutes ago_')
    .replaceAll(/<t:\d+:[TtFfDd]>/g, '_09:41_')
    .replaceAll(/<(\/[a-z ]+):\d+>/g, '`$1`')
    .replaceAll(/<@&\d+>/g, '**@on-call**')
