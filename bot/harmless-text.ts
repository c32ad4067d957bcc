import { wholeCharacters } from '../texts/graphemes.ts'
import { harmless as harmlessValue, plainLine } from '../texts/harmless.ts'

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

/** As many whole lines as fit, an ellipsis in place of the rest. */
export function fitLines(lines: readonly string[], length: number): string {
  const text = lines.join('\n')
  if (text.length <= length) return text
  const kept: string[] = []
  let used = 1
  for (const line of lines) {
    used += line.length + 1
    if (used > length) break
    kept.push(line)
  }
  return [...kept, '…'].join('\n')
}
