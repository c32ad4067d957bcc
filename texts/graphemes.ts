const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Where characters as people count them begin: gives the first such place from `at` on, as long as it lies within `length`. */
export function characterBounds(text: string, length: number): (at: number) => number {
  const begins = new Uint8Array(length + 3)
  // Whether a character is whole shows by the next one.
  for (const { index } of graphemes.segment(text.slice(0, length + 2))) begins[index] = 1
  return (at) => {
    let bound = at
    while (bound <= length && begins[bound] === 0) bound++
    return bound
  }
}

/** At most `length` UTF-16 units of a text without Markdown, whole characters only; what was cut shows by an ellipsis. */
export function wholeCharacters(text: string, length: number): string {
  if (text.length <= length) return text.toWellFormed()
  if (length < 1) return ''
  const near = text.slice(0, length + 2).toWellFormed()
  const end = graphemes.segment(near).containing(length - 1)?.index ?? 0
  return `${near.slice(0, end).trimEnd()}…`
}
