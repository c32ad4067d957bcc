import { DN } from 'ldapts'
import type { ListEntry, MemberValues, PersonEntry } from '../../../domain/contracts/directory.ts'
import type { EntryVersion, PlacedVersion } from '../../../domain/contracts/feed.ts'
import { dnKey } from './dn-key.ts'
import { IncompleteRead } from '../failure.ts'
import { idAttributes, idOf } from './entry-id.ts'
import { type Entry, text, texts } from './entry-values.ts'
import { foldSpaces } from './fold-spaces.ts'

export const personAttributes = [
  'uid',
  'cn',
  'displayName',
  'mail',
  'gidNumber',
  ...idAttributes,
  'entryCSN',
  'modifyTimestamp',
]
export const listAttributes = [
  'cn',
  'description',
  'owner',
  'creatorsName',
  ...idAttributes,
  'entryCSN',
  'modifyTimestamp',
]
export const versionAttributes = [...idAttributes, 'entryCSN', 'modifyTimestamp']

/** `entryCSN` where the server has it (OpenLDAP), else the time of the last change, in whole seconds. */
export const versionOf = (entry: Entry): string =>
  text(entry, 'entryCSN') ?? text(entry, 'modifyTimestamp') ?? ''

/** Null for an entry without an id. */
export function asVersion(entry: Entry): EntryVersion | null {
  const entryUuid = idOf(entry)
  return entryUuid ? { entryUuid, version: versionOf(entry) } : null
}

/** The same, with where it is. */
export function asPlacedVersion(entry: Entry): PlacedVersion | null {
  const found = asVersion(entry)
  return found && { ...found, dn: entry.dn }
}

/**
 * Longer than any name, address or DN that somebody goes by, in bytes, and well below the 2,712 that an index of Postgres takes: one such
 * value would keep everybody who is written with it out of the mirror.
 */
const longestKey = 2000

const isKey = (value: string): boolean => Buffer.byteLength(value) <= longestKey

/**
 * Null for an entry that can't be a member: without an id or a user name, or with a name that is longer than any. What lists name people by
 * is spelled as lists compare it: with a space too many it would be somebody else's, and the server takes it for the same.
 */
export function asPerson(entry: Entry): PersonEntry | null {
  const entryUuid = idOf(entry)
  const uid = foldSpaces(nameOf(entry, 'uid') ?? '')
  const key = dnKey(entry.dn)
  if (!entryUuid || !uid || !isKey(uid) || !isKey(key)) return null
  const gidNumber = Number(text(entry, 'gidNumber'))
  return {
    entryUuid,
    version: versionOf(entry),
    dn: entry.dn,
    dnKey: key,
    uid,
    displayName: text(entry, 'displayName') ?? text(entry, 'cn') ?? uid,
    mails: texts(entry, 'mail')
      .map(foldSpaces)
      .filter((mail) => mail !== '' && isKey(mail)),
    // Larger ones (nobody's, often) fit no integer of Postgres, and make nobody an admin.
    gidNumber: Number.isInteger(gidNumber) && gidNumber > 0 && gidNumber < 2 ** 31 ? gidNumber : null,
  }
}

/** Null for an entry without an id or a name, or with one that is longer than any. */
export function asList(entry: Entry): ListEntry | null {
  const entryUuid = idOf(entry)
  const name = nameOf(entry, 'cn')
  if (!entryUuid || !name || !isKey(name)) return null
  const creator = text(entry, 'creatorsName')
  return {
    entryUuid,
    version: versionOf(entry),
    dn: entry.dn,
    ...(creator === undefined ? {} : { creatorKey: dnKey(creator) }),
    name,
    displayName: name,
    description: text(entry, 'description') ?? '',
    ownerKeys: texts(entry, 'owner').map(dnKey).filter(isKey),
  }
}

/** The one of its names that is in its DN: an entry may have more of them, in any order. */
function nameOf(entry: Entry, type: 'cn' | 'uid'): string | undefined {
  const names = texts(entry, type)
  if (names.length < 2) return names[0]
  const key = dnKey(entry.dn)
  const isNaming = (name: string) => key.startsWith(`${dnKey(new DN().addPairRDN(type, name).toString())},`)
  return names.find(isNaming) ?? names[0]
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
  const members: MemberValues = new Map()
  for (const value of texts(entry, attribute)) members.set(keyOf(value), value)
  return members
}
