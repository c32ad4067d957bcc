import { type Entry, text } from './entry-values.ts'

/**
 * What holds an entry's id: `entryUUID` (RFC 4530), or in 389 Directory Server `nsUniqueId`, which every entry has there, and which
 * its live feed names entries by; it has `entryUUID` by a plugin only, with other values.
 */
export type IdAttribute = 'entryUUID' | 'nsUniqueId'

/** Both are asked for: which of them a server has shows in its answers. */
export const idAttributes: IdAttribute[] = ['entryUUID', 'nsUniqueId']

/** The id, spelled as a UUID whatever holds it. */
export function idOf(entry: Entry): string | undefined {
  const unique = text(entry, 'nsUniqueId')
  return unique === undefined ? text(entry, 'entryUUID') : asUuid(unique)
}

/** 32 hexadecimal digits, however they are grouped. */
export function asUuid(text: string): string {
  return text
    .replaceAll('-', '')
    .toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** The same id as the server spells it, for filters. */
export function idValue(attribute: IdAttribute, id: string): string {
  if (attribute === 'entryUUID') return id
  return id.replaceAll('-', '').replace(/^(.{8})(.{8})(.{8})/, '$1-$2-$3-')
}
