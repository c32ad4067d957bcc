import {
  AndFilter,
  Attribute,
  Change,
  type Client,
  type Control,
  EqualityFilter,
  type Filter,
  FilterParser,
  OrFilter,
  PresenceFilter,
} from 'ldapts'
import type { Logger } from 'pino'
import type {
  AdminGroup,
  ListClass,
  ListEntry,
  PersonEntry,
  ListRead,
} from '../../domain/contracts/directory.ts'
import { watchOutage } from '../jobs/outage.ts'
import { authenticate } from './authenticate.ts'
import type { DirectoryConfig } from './connect-options.ts'
import { createConnection } from './connection.ts'
import { AssertionControl, PostReadControl } from './controls.ts'
import {
  asList,
  asMemberValues,
  asPerson,
  listAttributes,
  personAttributes,
  versionAttributes,
  versionOf,
} from './entries.ts'
import { DirectoryFailure, IncompleteRead } from './failure.ts'
import { listClasses } from './list-class.ts'
import { type Entry, streamSearch, texts } from './stream-search.ts'

/** What a server says of itself in its root DSE (RFC 4512, section 5.1). */
export type Capabilities = { assertion: boolean; postRead: boolean; paged: boolean }

/** The directory as guildpost uses it: it reads people and lists, changes members, and lets people prove who they are. */
export type Directory = {
  listClass: ListClass
  memberAttribute: string
  needsPlaceholder: boolean
  keyOf: (value: string) => string
  /** Every person or list, piece by piece. @throws {IncompleteRead} @throws {DirectoryFailure} */
  readPeople: () => AsyncGenerator<PersonEntry[]>
  readPeopleVersions: () => AsyncGenerator<{ entryUuid: string; version: string }[]>
  readLists: () => AsyncGenerator<ListEntry[]>
  readListsWithMembers: () => AsyncGenerator<ListRead[]>
  /** The people or the list with these ids, wherever they are now; who is not there is left out. */
  findPeople: (entryUuids: readonly string[]) => Promise<PersonEntry[]>
  findList: (entryUuid: string) => Promise<ListRead | null>
  /** Ids of the lists that hold one of these values. */
  findListsHolding: (values: readonly string[]) => Promise<string[]>
  readAdmins: () => Promise<AdminGroup>
  /**
   * One modify, only if the entry still has `version` (where the server can assert that). Gives the version after it.
   * @throws {DirectoryFailure} `recompute` when somebody else changed the entry meanwhile.
   */
  modifyMembers: (dn: string, change: { add: string[]; remove: string[]; version: string }) => Promise<string>
  authenticate: (
    username: string,
    password: string,
    beforeBind?: (person: PersonEntry | null) => Promise<void>,
  ) => Promise<PersonEntry | null>
  /** True when the directory answers us within two seconds. */
  healthy: () => Promise<boolean>
  close: () => Promise<void>
}

const pageSize = 2000
const everything = new PresenceFilter({ attribute: 'objectClass' })

/** Nothing connects before the first call. `log` is told once of each outage that asking for its health finds, and why. */
export function openDirectory(config: DirectoryConfig, log?: Logger): Directory {
  const { memberAttribute, needsPlaceholder, keyOf } = listClasses[config.listClass]
  const connection = createConnection(config)
  const probe = createConnection({ ...config, timeoutMs: 2000 })
  const listFilter = `(objectClass=${config.listClass})`
  const outage = log && watchOutage(log, 'ldap')
  let known: Promise<Capabilities> | null = null

  return {
    listClass: config.listClass,
    memberAttribute,
    needsPlaceholder,
    keyOf,
    readPeople: () => read(config.peopleBase, config.peopleFilter, personAttributes, asPerson),
    readPeopleVersions: () => read(config.peopleBase, config.peopleFilter, versionAttributes, asVersion),
    readLists: () => read(config.listsBase, listFilter, listAttributes, asList),
    readListsWithMembers: () =>
      read(config.listsBase, listFilter, [...listAttributes, memberAttribute], asListRead),
    findPeople: (ids) => find(config.peopleBase, config.peopleFilter, ids, personAttributes, asPerson),
    findList: async (id) => {
      const found = await find(
        config.listsBase,
        listFilter,
        [id],
        [...listAttributes, memberAttribute],
        asListRead,
      )
      return found[0] ?? null
    },
    findListsHolding: async (values) => {
      const found = await find(
        config.listsBase,
        listFilter,
        values,
        ['entryUUID'],
        (entry) => texts(entry, 'entryUUID')[0] ?? null,
        memberAttribute,
      )
      return [...new Set(found)]
    },
    readAdmins,
    modifyMembers,
    authenticate: (username, password, beforeBind) => authenticate(config, username, password, beforeBind),
    healthy: () =>
      probe
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
    close: async () => {
      await Promise.all([connection.close(), probe.close()])
    },
  }

  function asListRead(entry: Entry): ListRead | null {
    const list = asList(entry)
    return list && { list, members: asMemberValues(entry, memberAttribute, keyOf) }
  }

  async function* read<Item>(
    base: string,
    filter: string,
    attributes: string[],
    as: (entry: Entry) => Item | null,
  ): AsyncGenerator<Item[]> {
    const { paged } = await capabilities()
    for await (const piece of streamSearch(config, {
      base,
      filter,
      attributes,
      ...(paged ? { pageSize } : {}),
    }))
      yield piece.flatMap((entry) => as(entry) ?? [])
  }

  async function find<Item>(
    base: string,
    filter: string,
    values: readonly string[],
    attributes: string[],
    as: (entry: Entry) => Item | null,
    attribute = 'entryUUID',
  ): Promise<Item[]> {
    const found: Item[] = []
    for (let at = 0; at < values.length; at += 200) {
      const some = new OrFilter({
        filters: values.slice(at, at + 200).map((value) => new EqualityFilter({ attribute, value })),
      })
      const both = new AndFilter({ filters: [FilterParser.parseString(filter), some] })
      const entries = await connection.run((client) => searchAll(client, base, both, attributes))
      found.push(...entries.flatMap((entry) => as(entry) ?? []))
    }
    return found
  }

  /** Nobody where no such group is configured; `found: false` where it is, and is not there. */
  async function readAdmins(): Promise<AdminGroup> {
    const nobody = { dnKeys: [], uids: [], mailKeys: [] }
    const group = config.adminGroup
    if (group === undefined) return { found: true, ...nobody }
    const attributes = [...new Set(Object.values(listClasses).map((one) => one.memberAttribute))]
    try {
      const [entry] = await connection.run((client) =>
        searchAll(client, group, everything, attributes, 'base'),
      )
      if (!entry) return { found: false, ...nobody }
      const keysIn = (one: ListClass) =>
        texts(entry, listClasses[one].memberAttribute).map(listClasses[one].keyOf)
      return {
        found: true,
        dnKeys: [...keysIn('groupOfNames'), ...keysIn('groupOfUniqueNames')],
        uids: keysIn('posixGroup'),
        mailKeys: keysIn('nisMailAlias'),
      }
    } catch (error) {
      if (error instanceof DirectoryFailure && error.code === 32) return { found: false, ...nobody }
      throw error
    }
  }

  async function modifyMembers(
    dn: string,
    { add, remove, version }: { add: string[]; remove: string[]; version: string },
  ): Promise<string> {
    const can = await capabilities()
    const postRead = new PostReadControl('entryCSN')
    const controls: Control[] = [
      ...(can.assertion && version.includes('#') ? [new AssertionControl('entryCSN', version)] : []),
      ...(can.postRead ? [postRead] : []),
    ]
    const changes = [
      ...(add.length > 0 ? [memberChange('add', add)] : []),
      ...(remove.length > 0 ? [memberChange('delete', remove)] : []),
    ]
    return connection.run(async (client) => {
      await client.modify(dn, changes, controls)
      if (postRead.value !== null) return postRead.value
      const [entry] = await searchAll(client, dn, everything, versionAttributes, 'base')
      return entry ? versionOf(entry) : ''
    })
  }

  function memberChange(operation: 'add' | 'delete', values: string[]): Change {
    return new Change({ operation, modification: new Attribute({ type: memberAttribute, values }) })
  }

  async function capabilities(): Promise<Capabilities> {
    known ??= connection.run(readCapabilities)
    try {
      return await known
    } catch (error) {
      known = null
      throw error
    }
  }
}

async function readCapabilities(client: Client): Promise<Capabilities> {
  const [root] = await searchAll(client, '', everything, ['supportedControl'], 'base')
  const controls = new Set(root ? texts(root, 'supportedControl') : [])
  return {
    assertion: controls.has(AssertionControl.type),
    postRead: controls.has(PostReadControl.type),
    paged: controls.has('1.2.840.113556.1.4.319'),
  }
}

/** A small search on the shared connection, its filter built from parts: no value is ever parsed as one. */
async function searchAll(
  client: Client,
  base: string,
  filter: Filter,
  attributes: string[],
  scope: 'base' | 'sub' = 'sub',
): Promise<Entry[]> {
  const { searchEntries, searchReferences } = await client.search(base, { scope, filter, attributes })
  if (searchReferences.length > 0)
    throw new IncompleteRead(`the directory referred to another server: ${searchReferences.join(' ')}`)
  return searchEntries.map(({ dn, ...attributes }) => ({
    dn,
    values: new Map(
      Object.entries(attributes).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value : [value],
      ]),
    ),
  }))
}

function asVersion(entry: Entry): { entryUuid: string; version: string } | null {
  const entryUuid = texts(entry, 'entryUUID')[0]
  return entryUuid ? { entryUuid, version: versionOf(entry) } : null
}
