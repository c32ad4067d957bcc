import type { APIEmbed, APIEmbedField } from 'discord-api-types/v10'
import type { Card } from '../../domain/contracts/card.ts'
import { fit } from '../fit.ts'
import { wholeCharacters } from '../graphemes.ts'
import { linkOf } from './link-of.ts'
import { shareRoom } from './share-room.ts'

const titleLength = 256
const descriptionLength = 4096
const footerLength = 2048
const nameLength = 256
const valueLength = 1024
const mostFields = 25
const linkLength = 2048
/** A field of which less is seen is left out. */
const leastOfField = 40
/** Discord refuses what is blank, and takes this. */
const nothing = '\u200B'

/** What may stand above a card's text. */
export type Shown = { card: Card; above: string | null }
/** Texts that count towards Discord's limit; the rest of an embed does not. */
export type Fitted = {
  embed: Pick<APIEmbed, 'title' | 'url' | 'description' | 'fields' | 'footer'>
  isCut: boolean
}

/** How many UTF-16 units a card would fill if it were alone. */
export function wantedLength({ card, above }: Shown): number {
  const { title, text, fields, footer } = card
  return [
    Math.min(title.length || 1, titleLength),
    Math.min(describedLength(text, above), descriptionLength),
    Math.min(footer?.length ?? 0, footerLength),
    ...fields.slice(0, mostFields).map(fieldLength),
  ].reduce((sum, length) => sum + length, 0)
}

/** A card in at most `room` UTF-16 units, and within each limit of Discord. A short title and what stands above the text are always whole. */
export function embedWithin({ card, above }: Shown, room: number): Fitted {
  const title = fit(shownOr(card.title), { length: Math.min(titleLength, room - (above?.length ?? 0)) })
  const left = room - title.text.length - (above === null ? 0 : above.length + 1)
  const text = card.text.trim()
  const wantedOfFields = card.fields.slice(0, mostFields).map(fieldLength)
  const [forText = 0, forFooter = 0, forFields = 0] = shareRoom(
    [
      Math.min(text.length, descriptionLength - (above === null ? 0 : above.length + 1)),
      Math.min(card.footer?.length ?? 0, footerLength),
      wantedOfFields.reduce((sum, length) => sum + length, 0),
    ],
    left,
  )
  const description = fit(text, { length: forText })
  const fields = fieldsWithin(card.fields, forFields)
  const footer = wholeCharacters(card.footer ?? '', forFooter)
  const link = linkOf(card.url, linkLength)
  const described = [...(above === null ? [] : [above]), description.text].filter(Boolean).join('\n')
  return {
    embed: {
      title: title.text,
      ...(link === null ? {} : { url: link }),
      ...(described === '' ? {} : { description: described }),
      fields: fields.fields,
      ...(footer.trim() === '' ? {} : { footer: { text: footer } }),
    },
    isCut: title.isCut || description.isCut || fields.isCut || footer.length < (card.footer ?? '').length,
  }
}

function fieldsWithin(
  all: Card['fields'],
  room: number,
): { fields: Required<APIEmbedField>[]; isCut: boolean } {
  const kept = all.slice(0, mostFields)
  let shares = shareRoom(kept.map(fieldLength), room)
  const isTooShort = (share: number, at: number) =>
    share < Math.min(leastOfField, fieldLength(kept[at] ?? { name: '', value: '' }))
  while (shares.some(isTooShort)) {
    kept.pop()
    shares = shareRoom(kept.map(fieldLength), room)
  }
  const fitted = kept.map((field, at) => fieldWithin(field, shares[at] ?? 0))
  return {
    fields: fitted.map(({ field }) => field),
    isCut: kept.length < all.length || fitted.some(({ isCut }) => isCut),
  }
}

function fieldWithin(
  { name, value, inline }: Card['fields'][number],
  room: number,
): { field: Required<APIEmbedField>; isCut: boolean } {
  const [forName = 0, forValue = 0] = shareRoom(
    [Math.min(shownOr(name).length, nameLength), Math.min(shownOr(value).length, valueLength)],
    room,
  )
  const [shownName, shownValue] = [
    fit(shownOr(name), { length: forName }),
    fit(shownOr(value), { length: forValue }),
  ]
  return {
    field: { name: shownName.text, value: shownValue.text, inline },
    isCut: shownName.isCut || shownValue.isCut,
  }
}

const shownOr = (text: string) => (text.trim() === '' ? nothing : text)
const describedLength = (text: string, above: string | null) =>
  text.trim().length + (above === null ? 0 : above.length + 1)
const fieldLength = ({ name, value }: { name: string; value: string }) =>
  Math.min(shownOr(name).length, nameLength) + Math.min(shownOr(value).length, valueLength)
