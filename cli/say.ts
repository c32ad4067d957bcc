/**
 * Prints a line. What comes from the directory or from a file may hold anything: characters that would move the cursor, change the
 * direction of the text or can't be seen are printed as their code points.
 */
export function say(line: string): void {
  console.log(harmless(line))
}

/** The same where errors go; these may have several lines. */
export function complain(text: string): void {
  console.error(text.split('\n').map(harmless).join('\n'))
}

function harmless(line: string): string {
  return line.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, shownAsCode)
}

function shownAsCode(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`
}
