/** Code in a text: where what it says begins, where its end is marked, and what ends it if it is cut before. */
type Code = {
  bodyAt: number
  closeAt: number
  end: number
  closing: string
  /** Short enough to be shown whole or not at all. */
  isWhole: boolean
}

/** The code that begins at a place. A block that nobody closed goes on to the end of the text; a lone backtick is none. */
export function codeAt(text: string, at: number): Code | null {
  if (text[at] !== '`') return null
  if (text.startsWith(fence, at)) return blockAt(text, at)
  const marks = runOf(text, at)
  const closeAt = nextRun(text, at + marks, marks)
  if (closeAt === null) return null
  const end = closeAt + marks
  const isWhole = end - at <= wholeCodeLength
  return { bodyAt: at + marks, closeAt, end, closing: '`'.repeat(marks), isWhole }
}

const fence = '```'
/** A name or a path that is cut looks like another one. */
const wholeCodeLength = 200

function blockAt(text: string, at: number): Code {
  const close = text.indexOf(fence, at + fence.length)
  const closeAt = close === -1 ? text.length : close
  const language = matchAt(/```(?:[\w+.#-]{1,40}(?=\n))?\n*/y, text, at) ?? at + fence.length
  return {
    bodyAt: language,
    closeAt,
    end: close === -1 ? text.length : close + fence.length,
    closing: `\n${fence}`,
    isWhole: false,
  }
}

function runOf(text: string, at: number): number {
  let end = at
  while (text[end] === '`') end++
  return end - at
}

function nextRun(text: string, from: number, marks: number): number | null {
  for (let at = text.indexOf('`', from); at !== -1;) {
    const found = runOf(text, at)
    if (found === marks) return at
    at = text.indexOf('`', at + found)
  }
  return null
}

/** Where the spoiler ends that begins at a place. */
export function spoilerEndAt(text: string, at: number): number | null {
  if (!text.startsWith('||', at)) return null
  const close = text.indexOf('||', at + 3)
  return close === -1 ? null : close + 2
}

/** Where the address of the web ends that begins at a place and stands there as it is. */
export function bareLinkEnd(text: string, at: number): number | null {
  return text[at] === 'h' || text[at] === 'H' ? matchAt(/https?:\/\/[^\s<`\\]+/iy, text, at) : null
}

/** Addresses are at most this long in Discord. */
const maskedLink =
  /\[(?:\\.|\[(?:\\.|[^[\]\\]){0,2000}\]|[^[\]\\]){1,2000}\]\((?:\\.|\((?:\\.|[^()\n\\]){0,2000}\)|[^()\n\\]){0,2100}\)/sy
/** Mentions, time stamps, emoji, commands, and links without a preview. */
const token = /<[^\s<>`][^<>\n`]{0,2100}>/y

/** Where what begins at a place ends, and cannot be cut before. */
export function unitEnd(text: string, at: number, bound: (at: number) => number): number {
  switch (text[at]) {
    case '\\': {
      const escaped = bound(at + 1)
      return escaped === at + 1 ? bound(at + 2) : escaped
    }
    case '[':
      return bound(matchAt(maskedLink, text, at) ?? at + 1)
    case '<':
      return bound(matchAt(token, text, at) ?? at + 1)
    case '|':
      return bound(text.startsWith('||', at) ? at + 2 : at + 1)
    case '`':
      return bound(at + runOf(text, at))
    case undefined:
    default:
      return bound(at + 1)
  }
}

function matchAt(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.exec(text) === null ? null : pattern.lastIndex
}
