/** How many characters of a name or description are shown inside a sentence. */
const shownLength = 200

/**
 * A value from outside as plain words inside a Discord message: one line, short, without Markdown, mentions, time stamps
 * or text direction tricks. discord.js's escapeMarkdown spares whatever looks like an address or `<a:/…`, which a list's name
 * could use; here every character with a meaning is escaped. (Whom a message notifies is ruled by allowed_mentions.)
 */
export function harmless(text: string, length = shownLength): string {
  return shortened(oneLine(text), length).replaceAll(/[\\*_~`|<>[\]]/g, String.raw`\$&`)
}

/** A value for a label or a choice, where Discord reads no Markdown: one line of at most `length` UTF-16 units. */
export function plain(text: string, length: number): string {
  return shortened(oneLine(text), length)
}

/** At most `length` UTF-16 units, whole characters only, the cut shown by an ellipsis. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > length - 1) break
    kept += character
  }
  return `${kept}…`
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

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '')
    .trim()
}
