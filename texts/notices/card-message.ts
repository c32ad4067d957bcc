import { ButtonStyle, ComponentType, type RESTPostAPIChannelMessageJSONBody } from 'discord-api-types/v10'
import type { Card } from '../../domain/contracts/card.ts'
import { asIs } from '../as-is.ts'
import { wholeCharacters } from '../graphemes.ts'
import { lateLine } from '../late-line.ts'
import { allowedMentions, mentionOf } from '../mention.ts'
import { siteTime } from '../site-time.ts'
import type { Locale, Translate } from '../translate.ts'
import { embedWithin, wantedLength } from './embed-within.ts'
import { linkOf } from './link-of.ts'
import { shareRoom } from './share-room.ts'

/** A card and when that happened which it tells; `isLate`: long enough ago that a reader must be told. */
export type Told = { card: Card; happenedAt: Date; isLate: boolean }

export type CardMessage = Pick<
  RESTPostAPIChannelMessageJSONBody,
  'content' | 'embeds' | 'components' | 'allowed_mentions'
>

const mostCards = 10
/** Over all embeds of a message. */
const embedsLength = 6000
/** So many of ten cards together are a file that Discord takes. */
const plainLength = 250_000
const buttonLinkLength = 512

const colours = {
  red: 0xd73a49,
  amber: 0xdbab09,
  green: 0x2cbe4e,
  grey: 0x6a737d,
  blue: 0x0366d6,
  purple: 0x6f42c1,
} as const

/**
 * One message of up to ten cards, each with its share of the room that Discord gives; a card alone has a button that opens what it is about.
 * `file`: all that the cards say, when the message has no room for it, with times in that zone. `mention`: a role's id, or `here`.
 */
export function cardMessage(
  told: readonly Told[],
  mention: string | null,
  locale: Locale = 'en',
  timeZone = 'UTC',
): { message: CardMessage; file: { name: string; text: string } | null } {
  const t = asIs[locale]
  const shown = told
    .slice(0, mostCards)
    .map((one) => ({ ...one, above: one.isLate ? lateLine(t, one.happenedAt) : null }))
  const rooms = shareRoom(shown.map(wantedLength), embedsLength)
  const fitted = shown.map((one, at) => embedWithin(one, rooms[at] ?? 0))
  const isCut = told.length > shown.length || fitted.some((one) => one.isCut)
  return {
    message: {
      ...calling(mention),
      embeds: shown.map(({ card, happenedAt }, at) => ({
        ...fitted[at]?.embed,
        color: colours[card.colour],
        timestamp: happenedAt.toISOString(),
      })),
      components: told.length === 1 ? openButton(t, told[0]?.card.url ?? null) : [],
      allowed_mentions: allowedMentions(mention),
    },
    file: isCut
      ? {
          name: 'everything.txt',
          text: told.map((one) => plainOf(one, timeZone)).join(`\n${'─'.repeat(40)}\n\n`),
        }
      : null,
  }
}

/** What stands where a card belongs that Discord does not take, and calls whom the card would. */
export function placeholderCard(mention: string | null, locale: Locale = 'en'): CardMessage {
  const embeds = [{ description: asIs[locale]('notice.placeholder'), color: colours.grey }]
  return { ...calling(mention), embeds, allowed_mentions: allowedMentions(mention) }
}

const calling = (mention: string | null) => (mention === null ? {} : { content: mentionOf(mention) })

function openButton(t: Translate, url: string | null): NonNullable<CardMessage['components']> {
  const link = linkOf(url, buttonLinkLength)
  if (link === null) return []
  return [
    {
      type: ComponentType.ActionRow,
      components: [
        { type: ComponentType.Button, style: ButtonStyle.Link, label: t('notice.open'), url: link },
      ],
    },
  ]
}

function plainOf({ card: { plain }, happenedAt }: Told, timeZone: string): string {
  return `${plain.subject}\n${siteTime(happenedAt, timeZone)}\n\n${wholeCharacters(plain.text, plainLength).trimEnd()}\n`
}
