import type { Card } from '../../domain/contracts/card.ts'
import type { OwnNoticeFacts } from '../../domain/contracts/own-notice-facts.ts'
import type { ShownTopic } from '../../domain/contracts/topic.ts'
import { asIs } from '../as-is.ts'
import { harmless, plainLine } from '../harmless.ts'
import { ownMarkdown, readOneWay } from '../own-markdown.ts'
import type { Locale } from '../translate.ts'
import { looksOf } from './looks.ts'

/** What a developer's program said, and whose it is: nobody can speak as the program itself. */
export function ownNoticeCard(topic: ShownTopic & { facts: OwnNoticeFacts }, locale: Locale): Card {
  const t = asIs[locale]
  const { facts, count } = topic
  const { colour, icon } = looksOf(topic)
  const by = { token: plainLine(facts.by.token), username: plainLine(facts.by.username) }
  const often = count > 1 ? [t('notice.own.count', { count })] : []
  return {
    title: `${icon} ${harmless(facts.title, { length: 256 })}`,
    // A title that is a link would hide where that leads.
    url: null,
    // The address comes first: below, a block of code that the text does not close, or the end of the room, would take it in.
    text: [...(facts.url === null ? [] : [`🔗 ${facts.url}`]), ownMarkdown(facts.text)].join('\n\n'),
    fields: facts.fields.map(({ name, value }) => ({
      name: harmless(name, { length: 256 }),
      value: ownMarkdown(value),
      inline: false,
    })),
    footer: [t('notice.own.by', by), ...often].join(' · '),
    colour,
    plain: {
      subject: `${icon} ${plainLine(facts.title)}`,
      text: [
        readOneWay(facts.text),
        ...facts.fields.map(({ name, value }) => `${plainLine(name)}: ${readOneWay(value)}`),
        ...(facts.url === null ? [] : [facts.url]),
        [t('notice.own.byMail', by), ...often].join(' · '),
      ].join('\n\n'),
    },
  }
}
