import { stripVTControlCharacters } from 'node:util'

/** Breaks text at blanks (and within Chinese anywhere) so that no line is wider than `columns`. */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, columns))
}

function wrapLine(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line]
  const lines: string[] = []
  let current = ''
  for (const word of line.match(
    /\s*(?:[\p{Script=Han}，。：；！？、「」（）]|[^\s\p{Script=Han}]+)|\s+$/gu,
  ) ?? []) {
    if (current !== '' && widthOf(current + word) > columns) {
      lines.push(current)
      current = word.trimStart()
    } else current += word
  }
  return [...lines, current]
}

/** As many items in a line as fit, none of them broken. */
export function wrapItems(items: string[], gap: string, columns: number): string[] {
  const lines: string[] = []
  for (const item of items) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last + gap + item) <= columns)
      lines[lines.length - 1] = last + gap + item
    else lines.push(item)
  }
  return lines
}

/** Columns in a terminal: Chinese, Japanese, full-width signs and emoji take two. */
export function widthOf(text: string): number {
  let width = 0
  for (const { segment } of new Intl.Segmenter().segment(stripVTControlCharacters(text)))
    width += isWide(segment) ? 2 : 1
  return width
}

function isWide(character: string): boolean {
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]|\p{Emoji_Presentation}|\ufe0f/u.test(
    character,
  )
}

/** Unlike the method of strings it counts columns, not characters, and no colours. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}
