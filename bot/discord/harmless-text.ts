import { fit } from '../../texts/fit.ts'
import { wholeCharacters } from '../../texts/graphemes.ts'
import { harmless as harmlessValue, plainLine } from '../../texts/harmless.ts'
import { linesWithin } from '../../texts/lines-within.ts'

/** How many characters of a name or description are shown inside a sentence. */
const shownLength = 200

/** A value from outside as plain words inside a message. (Whom a message notifies is ruled by allowed_mentions.) */
export function harmless(text: string, length = shownLength): string {
  return harmlessValue(text, { length })
}

/** A value for a label or a choice, where Discord reads no Markdown: one line of at most `length` UTF-16 units. */
export function plain(text: string, length: number): string {
  return wholeCharacters(plainLine(text), length)
}

/** As many whole lines as fit, or of the first one as much as does; an ellipsis in place of the rest. */
export function fitLines(lines: readonly string[], length: number): string {
  const text = lines.join('\n')
  if (text.length <= length) return text
  const count = linesWithin(lines, length - 1)
  return count === 0 ? fit(text, { length }).text : [...lines.slice(0, count), '…'].join('\n')
}
