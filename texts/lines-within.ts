/** How many of the first lines there is room for, each with its line break, in UTF-16 units. */
export function linesWithin(lines: readonly string[], length: number): number {
  let used = 0
  const first = lines.findIndex((line) => (used += line.length + 1) > length)
  return first === -1 ? lines.length : first
}
