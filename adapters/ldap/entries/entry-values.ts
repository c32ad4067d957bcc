import type { SearchEntry } from 'ldapts'

/** An entry's values by attribute name in lower case; values that are not UTF-8 are Buffers. */
export type Entry = { dn: string; values: Map<string, (string | Buffer)[]> }

/** What the library has read, as it is kept here. */
export function asEntry(message: SearchEntry): Entry {
  const values = new Map<string, (string | Buffer)[]>()
  for (const attribute of message.attributes) values.set(attribute.type.toLowerCase(), attribute.values)
  return { dn: message.name, values }
}

/**
 * The values of an attribute as text. Where one of them is not UTF-8 it is a Buffer, and so are all others where ldapts read them: those
 * that are text come out right, the rest as nobody's name. NUL is left out: no name has it, and Postgres takes none.
 */
export const texts = (entry: Entry, attribute: string): string[] =>
  (entry.values.get(lowerCased(attribute)) ?? []).map(asText)

/** Its first text, if it has one. */
export function text(entry: Entry, attribute: string): string | undefined {
  const first = entry.values.get(lowerCased(attribute))?.[0]
  return first === undefined ? undefined : asText(first)
}

/** Of the few names that are asked for, again and again. */
const lowerCase = new Map<string, string>()

function lowerCased(attribute: string): string {
  const known = lowerCase.get(attribute)
  if (known !== undefined) return known
  const lower = attribute.toLowerCase()
  lowerCase.set(attribute, lower)
  return lower
}

function asText(value: string | Buffer): string {
  const text = value.toString()
  return text.includes('\u0000') ? text.replaceAll('\u0000', '') : text
}
