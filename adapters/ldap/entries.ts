import type { ListEntry, MemberValues, PersonEntry } from '../../domain/contracts/directory.ts'
import { dnKey } from './dn-key.ts'
import { IncompleteRead } from './failure.ts'
import { type Entry, text, texts } from './stream-search.ts'

export const personAttributes = [
  'uid',
  'cn',
  'displayName',
  'mail',
  'gidNumber',
  'entryUUID',
  'entryCSN',
  'modifyTimestamp',
]
export const listAttributes = ['cn', 'description', 'owner', 'entryUUID', 'entryCSN', 'modifyTimestamp']
export const versionAttributes = ['entryUUID', 'entryCSN', 'modifyTimestamp']

/** `entryCSN` where the server has it (OpenLDAP), else the time of the last change, in whole seconds. */
export const versionOf = (entry: Entry): string =>
  text(entry, 'entryCSN') ?? text(entry, 'modifyTimestamp') ?? ''

/** Null for an entry that can't be a member: without an id or a user name. */
export function asPerson(entry: Entry): PersonEntry | null {
  const entryUuid = text(entry, 'entryUUID')
  const uid = text(entry, 'uid')
  if (!entryUuid || !uid) return null
  const gidNumber = Number(text(entry, 'gidNumber'))
  return {
    entryUuid,
    version: versionOf(entry),
    dn: entry.dn,
    dnKey: dnKey(entry.dn),
    uid,
    displayName: text(entry, 'displayName') ?? text(entry, 'cn') ?? uid,
    mails: texts(entry, 'mail'),
    // Larger ones (nobody's, often) fit no integer of Postgres, and make nobody an admin.
    gidNumber: Number.isInteger(gidNumber) && gidNumber > 0 && gidNumber < 2 ** 31 ? gidNumber : null,
  }
}

/** Null for an entry without an id or a name. */
export function asList(entry: Entry): ListEntry | null {
  const entryUuid = text(entry, 'entryUUID')
  const name = text(entry, 'cn')
  if (!entryUuid || !name) return null
  return {
    entryUuid,
    version: versionOf(entry),
    dn: entry.dn,
    name,
    displayName: name,
    description: text(entry, 'description') ?? '',
    ownerKeys: texts(entry, 'owner').map(dnKey),
  }
}

/**
 * The values of the member attribute by their comparable key.
 * @throws {IncompleteRead} when the server gave only a range of them (Active Directory: `member;range=0-1499`).
 */
export function asMemberValues(
  entry: Entry,
  attribute: string,
  keyOf: (value: string) => string,
): MemberValues {
  const range = [...entry.values.keys()].find((name) => name.startsWith(`${attribute.toLowerCase()};range=`))
  if (range)
    throw new IncompleteRead(`the directory gave only a part of the members of ${entry.dn}: ${range}`)
  return new Map(texts(entry, attribute).map((value) => [keyOf(value), value]))
}
