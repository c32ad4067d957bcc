import { wholeCharacters } from './graphemes.ts'

/**
 * A value from outside as plain words inside a message: one line of which at most `length` UTF-16 units are shown (the result is longer by the
 * backslashes), without mentions, Markdown, masked links, time stamps, emoji by name, and without characters that nobody sees or that turn the text
 * around. An address of the web stays one that can be clicked, unless it had to be cut. Whom a message notifies is ruled by allowed_mentions besides.
 */
export function harmless(value: string, { length }: { length: number }): string {
  return escaped(wholeCharacters(plainLine(value), length))
}

/** The same with its line breaks, for a description; never two empty lines after each other. */
export function harmlessLines(value: string, { length }: { length: number }): string {
  const lines = value
    .toWellFormed()
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map(plainLine)
  return wholeCharacters(
    lines
      .join('\n')
      .trim()
      .replaceAll(/\n{3,}/g, '\n\n'),
    length,
  )
    .split('\n')
    .map(escaped)
    .join('\n')
}

/** A value as one line that shows what it is, for places where Discord reads no Markdown. */
export function plainLine(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(unseen, '')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/(\p{M}{4})\p{M}+/gu, '$1')
    .trim()
}

/**
 * The same for what somebody calls themselves, in a mail to somebody else: readers of mail make links of addresses and of bare names of
 * hosts, and with those anybody could have us send a link of theirs to whomever they name.
 */
export const unclickable = (value: string): string =>
  plainLine(value).replaceAll(/:(?=\/\/)|\.(?=[\p{L}\p{N}])/gu, '$&\u200B')

/**
 * What is not seen, or changes how the rest is read. Joiners stay where emoji and the scripts that need them have them; what follows an emoji to
 * choose its look stays too.
 */
const joiner = String.raw`(?:\u200C|\u200D)`
const look = String.raw`(?:\uFE0E|\uFE0F)`
const joins = String.raw`[\p{Script=Arabic}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]`
const unseen = new RegExp(
  [
    String.raw`(?!${joiner}|${look})\p{Default_Ignorable_Code_Point}`,
    String.raw`[\uFFF9-\uFFFB]`,
    String.raw`(?<!\p{Emoji})${look}`,
    `(?<!${joins}|${look})${joiner}`,
    String.raw`${joiner}(?![\p{L}\p{Extended_Pictographic}])`,
  ].join('|'),
  'gu',
)

const address = /(?<![\p{L}\p{N}_])https?:\/\/[^\s<]*/giu

function escaped(line: string): string {
  let text = ''
  let from = 0
  for (const { 0: link, index } of line.matchAll(address)) {
    text += escapedWords(line.slice(from, index), from === 0) + escapedLink(link)
    from = index + link.length
    // The backslash before it would belong to the address.
    if (line[from] === '<') text += ' '
  }
  return text + escapedWords(line.slice(from), from === 0)
}

/** In an address a backslash would belong to it. One that was cut leads nowhere, so it is no link. */
function escapedLink(link: string): string {
  if (link.endsWith('…')) return escapedWords(link, false).replace(':', String.raw`\:`)
  return link.replaceAll(/[\\*`|>[\]]|~(?=~)|@(?=everyone|here)/giu, percentEncoded)
}

const percentEncoded = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/** Everything with a meaning anywhere in a line, and what has one at its beginning: headings, small text, lists. */
function escapedWords(words: string, isBeginning: boolean): string {
  const inside = words
    .replaceAll(/[\\*_~`|<>[\]]/g, String.raw`\$&`)
    .replaceAll(/(?<=\])\(/g, String.raw`\(`)
    .replaceAll(/(?<![\p{L}\p{N}.+-])@|@(?=everyone|here)/giu, String.raw`\@`)
    .replaceAll(/(?<!\d):(?=[\w+-]+:)/g, String.raw`\:`)
  if (!isBeginning) return inside
  return inside
    .replace(/^(?:#{1,3}|-#?|\+)(?=\s|$)/, String.raw`\$&`)
    .replace(/^(\d+)\.(?=\s|$)/, String.raw`$1\.`)
}
