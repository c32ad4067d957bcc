import { characterBounds } from './graphemes.ts'
import { bareLinkEnd, codeAt, spoilerEndAt, unitEnd } from './markdown-units.ts'

/** So many UTF-16 units Discord takes as the text of a message. */
export const messageLength = 2000

/**
 * At most `length` UTF-16 units of a text in Discord's Markdown. It is never cut inside a character as people count them, a link, a mention, a time
 * stamp, an emoji, an escaped character or short inline code; a block of code, longer inline code or a spoiler that is open at the cut is closed.
 * What was cut shows by an ellipsis at the end. Takes time in proportion to the text's length.
 */
export function fit(markdown: string, { length }: { length: number }): { text: string; isCut: boolean } {
  const text = markdown.toWellFormed()
  if (text.length <= length) return { text, isCut: false }
  if (length < 1) return { text: '', isCut: true }
  let last: Cut = { end: 0, closing: '' }
  for (const cut of cutsOf(text, length)) if (cut.end + cut.closing.length < length) last = cut
  return { text: `${text.slice(0, last.end)}${last.closing}…`, isCut: true }
}

/** A place where the text may be cut, and what then has to be closed before the ellipsis. */
type Cut = { end: number; closing: string }

function* cutsOf(text: string, length: number): Generator<Cut> {
  const bound = characterBounds(text, length)
  let spoilerEnd = 0
  const closingAt = (end: number) => (end < spoilerEnd ? '||' : '')
  for (let at = 0; at < length;) {
    const code = codeAt(text, at)
    if (code !== null) {
      for (let end = bound(code.bodyAt + 1); end < Math.min(code.closeAt, length); end = bound(end + 1))
        if (!code.isWhole && /[^\s`]/.test(text[end - 1] ?? ''))
          yield { end, closing: code.closing + closingAt(end) }
      at = bound(code.end)
      yield { end: at, closing: closingAt(at) }
      continue
    }
    if (at >= spoilerEnd) spoilerEnd = spoilerEndAt(text, at) ?? spoilerEnd
    const link = bareLinkEnd(text, at)
    const end = link === null ? unitEnd(text, at, bound) : bound(link)
    // What follows a bare link without a space would belong to it.
    const space = link === null ? '' : ' '
    if (text.slice(at, end).trim() !== '') yield { end, closing: space + closingAt(end) }
    at = end
  }
}
