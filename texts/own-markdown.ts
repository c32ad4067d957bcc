/**
 * Markdown that somebody else wrote, for a message of ours: it may format, but can neither mention anyone nor hide where a link leads.
 * `[text](address)` becomes both, written out. What only looks like a mention or a masked link to one of Discord's readers, also inside of
 * what seems to be code, is taken apart by a space that has no width: afterwards `](`, `<@`, `@everyone` and `@here` are nowhere in it.
 */
export function ownMarkdown(text: string): string {
  return readOneWay(text)
    .split(code)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(maskedLink, writtenOut)))
    .join('')
    .replaceAll('](', `]${apart}(`)
    .replaceAll('<@', `<${apart}@`)
    .replaceAll(/@(?=everyone|here)/gi, `@${apart}`)
    .replaceAll(commandMention, `<${apart}/`)
}

/** A text of several lines without what turns the direction of reading around: an address could be read backwards. */
export const readOneWay = (text: string): string => text.toWellFormed().replaceAll(turning, '')

const apart = '\u200B'
const turning = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** Blocks of code, and code within a line. */
const code = /(```[\s\S]*?```|``[\s\S]*?``|`[^`]*`)/

/** Brackets and parentheses may be nested once, as Discord reads them; an address may stand in angle brackets and have a title. */
const maskedLink =
  /\[((?:[^[\]\\]|\\.|\[[^[\]]*\])*)\]\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g

function writtenOut(_whole: string, words: string, address: string): string {
  const shown = words.trim()
  return shown === '' || shown === address ? address : `${shown} (${address})`
}

const commandMention = /<\/(?=[\p{L}\p{N} _-]{1,100}:\d+>)/gu
