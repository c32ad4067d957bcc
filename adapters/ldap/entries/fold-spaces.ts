/**
 * Spaces around a value, and how many are between its words, never tell values apart (RFC 4518, section 2.6). Spaces only: a tab or the end
 * of a line, which an import leaves behind easily, does tell them apart for slapd.
 */
export const foldSpaces = (value: string): string =>
  /^ | $| {2}/.test(value) ? value.replace(/^ +| +$/g, '').replace(/ +/g, ' ') : value
