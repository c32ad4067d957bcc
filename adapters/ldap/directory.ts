import type { Logger } from 'pino'
import type {
  AdminGroup,
  ListClass,
  ListEntry,
  PersonEntry,
  ListRead,
} from '../../domain/contracts/directory.ts'
import type {
  ChangedSince,
  EntryVersion,
  FeedBase,
  FeedEvent,
  PlacedVersion,
} from '../../domain/contracts/feed.ts'
import { watchOutage } from '../log/outage.ts'
import { readAdmins } from './search/admin-group.ts'
import { authenticate } from './authenticate.ts'
import { type Capabilities, readClock } from './capabilities.ts'
import { changedSince } from './follow/changed-since.ts'
import type { DirectoryConfig } from './connection/connect-options.ts'
import { createConnection } from './connection/connection.ts'
import { readContextCsns } from './follow/context-csn.ts'
import { dnKey } from './entries/dn-key.ts'
import {
  asList,
  asMemberValues,
  asPlacedVersion,
  listAttributes,
  versionAttributes,
} from './entries/entries.ts'
import type { Entry } from './entries/entry-values.ts'
import { findNamedList } from './search/find-named-list.ts'
import { follow } from './follow/follow.ts'
import { listClasses } from './entries/list-class.ts'
import { newListDn } from './entries/list-dn.ts'
import { type MemberModify, modifyMembers } from './write/modify-members.ts'
import { probe, refusalOf } from './connection/probe.ts'
import type { DirectoryFailure } from './failure.ts'
import { idsIn, partOf, peopleIn } from './search/parts.ts'
import { find, findByIds, readAll } from './search/search.ts'
import { openSession } from './connection/session.ts'
import {
  createList,
  deleteList,
  describeList,
  hasOwnNumber,
  type NewList,
  renameList,
} from './write/write-lists.ts'

export type { Capabilities } from './capabilities.ts'

/**
 * The directory as guildpost uses it: it reads people and lists, changes lists and their members, follows what others change,
 * and lets people prove who they are. Whatever goes wrong is a {DirectoryFailure}, but for a read that stopped short
 * ({IncompleteRead}).
 */
export type Directory = {
  listClass: ListClass
  memberAttribute: string
  needsPlaceholder: boolean
  /** False where the class has no attribute for it: then a description is kept elsewhere. */
  holdsDescription: boolean
  /** Each list has a number of its own: of two that are made at once both would get the same. */
  numbersLists: boolean
  keyOf: (value: string) => string
  /** The account that we write as, by its DN key. */
  ownKey: string
  /** Where a list of this name is made. */
  newListDn: (name: string) => string
  /** What the server that answers now can do; asked anew after its connection broke. */
  capabilities: () => Promise<Capabilities>

  /** Every person or list, piece by piece. @throws {IncompleteRead} @throws {DirectoryFailure} */
  readPeople: () => AsyncGenerator<PersonEntry[]>
  readPeopleVersions: () => AsyncGenerator<PlacedVersion[]>
  readLists: () => AsyncGenerator<ListEntry[]>
  readListsWithMembers: () => AsyncGenerator<ListRead[]>
  /** The people or the list with these ids, wherever they are now; who is not there is left out. */
  findPeople: (entryUuids: readonly string[]) => Promise<PersonEntry[]>
  findList: (entryUuid: string) => Promise<ListRead | null>
  /** The list that is where one of this name is made, whoever made it. */
  findNamedList: (name: string) => Promise<ListRead | null>
  /** Ids of the lists that hold one of these values. */
  findListsHolding: (values: readonly string[]) => Promise<string[]>
  readAdmins: () => Promise<AdminGroup>

  /**
   * The live feed of people or of lists, from `cookie` on (null: from nothing, with everything as `changed`), in pieces. It ends
   * when `signal` says so, and else only by throwing: also when the server is silent for too long and answers no
   * question. The server is asked for more only as fast as the pieces are taken.
   * @throws {FeedRestart} when there is no going on from this cookie.
   * @throws {IncompleteRead} when the server refers elsewhere or stops at a limit. @throws {DirectoryFailure}
   */
  follow: (
    base: FeedBase,
    from: { cookie: string | null; signal: AbortSignal },
  ) => AsyncGenerator<FeedEvent[]>
  /** The versions of what people and lists are part of, joined by commas; the same as long as nothing changed there. Null: it has none. */
  readContextCsn: () => Promise<string | null>
  /** Who changed since, or may have: rather too many than too few. Who was deleted is not in it. */
  changedSince: (base: FeedBase, since: ChangedSince) => Promise<EntryVersion[]>
  /** Every id, piece by piece. @throws {IncompleteRead} @throws {DirectoryFailure} */
  listIds: (base: FeedBase) => AsyncGenerator<string[]>
  /** The server's own clock, where it shows it; else null. */
  readClock: () => Promise<Date | null>

  /**
   * One modify, only if the entry still has `version` (where the server can assert that). Gives the version after it.
   * `replaceWith` writes all values anew instead of adding and removing some, which is far cheaper for many.
   * @throws {DirectoryFailure} `recompute` when somebody else changed the entry meanwhile; also for 53 when members were to
   * leave, which some servers say of a member who is out already: where a fresh read still shows them, it means `pause`.
   */
  modifyMembers: (dn: string, modify: MemberModify) => Promise<string>
  /**
   * A new entry of the list class below the lists' base. 68: there is one of this name. The caller creates one at a time, and says so by
   * `confirm` right before each try, which throws when another one's turn has come.
   */
  createList: (list: NewList, confirm?: () => Promise<void>) => Promise<ListEntry>
  /** Whether no other group has the number of this one, as whoever made it may not have seen any more; true where lists have none. */
  hasOwnNumber: (entryUuid: string) => Promise<boolean>
  /**
   * 68: there is another one of this name. Here and in the next two 32: there is no such list, and 122: it no longer has `version`, where
   * that is given and the server can assert it.
   */
  renameList: (entryUuid: string, name: string, version: string | null) => Promise<ListEntry>
  /** Changes nothing where the class holds no description. */
  describeList: (entryUuid: string, description: string, version: string | null) => Promise<ListEntry>
  deleteList: (entryUuid: string, version: string | null) => Promise<void>

  authenticate: (
    username: string,
    password: string,
    beforeBind?: (person: PersonEntry | null) => Promise<void>,
  ) => Promise<PersonEntry | null>
  /** True when the directory answers us within two seconds. */
  healthy: () => Promise<boolean>
  /** A connection of its own, a bind and a look at the lists' base. @throws {DirectoryFailure} with what stands in the way. */
  probe: () => Promise<void>
  /** Why the server takes no bind of our account, asked on a connection of its own: those that are bound go on. Null where it does, undefined where it gives no answer. */
  refusal: () => Promise<DirectoryFailure | null | undefined>
  close: () => Promise<void>
}

/** Nothing connects before the first call. `log` is told once of each outage that asking for its health finds, and why. */
export function openDirectory(config: DirectoryConfig, log?: Logger): Directory {
  const { memberAttribute, needsPlaceholder, holdsDescription, needsGidNumber, keyOf } =
    listClasses[config.listClass]
  const session = openSession(config)
  const health = createConnection({ ...config, timeoutMs: 2000 })
  const outage = log && watchOutage(log, 'ldap')
  const people = peopleIn(session)
  const lists = { ...partOf(session, 'lists'), attributes: listAttributes, as: asList }
  const listsWithMembers = {
    ...lists,
    attributes: [...listAttributes, memberAttribute],
    as: (entry: Entry): ListRead | null => {
      const list = asList(entry)
      return list && { list, members: asMemberValues(entry, memberAttribute, keyOf) }
    },
  }

  return {
    listClass: config.listClass,
    memberAttribute,
    needsPlaceholder,
    holdsDescription,
    numbersLists: needsGidNumber,
    keyOf,
    ownKey: dnKey(config.bindDn ?? ''),
    newListDn: (name) => newListDn(config, name),
    capabilities: session.capabilities,
    readPeople: () => readAll(session, people),
    readPeopleVersions: () =>
      readAll(session, { ...people, attributes: versionAttributes, as: asPlacedVersion }),
    readLists: () => readAll(session, lists),
    readListsWithMembers: () => readAll(session, listsWithMembers),
    findPeople: (ids) => findByIds(session, people, ids),
    findList: async (id) => (await findByIds(session, listsWithMembers, [id]))[0] ?? null,
    findNamedList: (name) => findNamedList(session, listsWithMembers, name),
    findListsHolding: async (values) => [
      ...new Set(await find(session, idsIn(session, 'lists'), memberAttribute, values)),
    ],
    readAdmins: () => readAdmins(session),
    follow: (base, from) => follow(session, base, from),
    readContextCsn: async () => (await readContextCsns(config, session.connection)).join(',') || null,
    changedSince: (base, since) => changedSince(session, base, since),
    listIds: (base) => readAll(session, idsIn(session, base)),
    readClock: () => readClock(session.connection),
    modifyMembers: (dn, modify) => modifyMembers(session, dn, modify),
    createList: (list, confirm) => createList(session, list, confirm),
    hasOwnNumber: (id) => hasOwnNumber(session, id),
    renameList: (id, name, version) => renameList(session, id, name, version),
    describeList: (id, description, version) => describeList(session, id, description, version),
    deleteList: (id, version) => deleteList(session, id, version),
    authenticate: (username, password, beforeBind) => authenticate(config, username, password, beforeBind),
    healthy: () =>
      health
        .run((client) => client.search('', { scope: 'base', attributes: ['1.1'] }))
        .then(
          () => {
            outage?.over()
            return true
          },
          (error: unknown) => {
            outage?.began(error)
            return false
          },
        ),
    probe: () => probe(config),
    refusal: () => refusalOf(config),
    close: async () => {
      await Promise.all([session.connection.close(), health.close()])
    },
  }
}
