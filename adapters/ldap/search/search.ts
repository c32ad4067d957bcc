import {
  AndFilter,
  type Client,
  EqualityFilter,
  type Filter,
  FilterParser,
  OrFilter,
  PresenceFilter,
} from 'ldapts'
import type { Connection } from '../connection/connection.ts'
import { asReadFailure, referredElsewhere } from './cut-short.ts'
import { idValue } from '../entries/entry-id.ts'
import type { Entry } from '../entries/entry-values.ts'
import { DirectoryFailure, IncompleteRead } from '../failure.ts'
import { resultCode } from '../result-codes.ts'
import type { Session } from '../connection/session.ts'
import { streamSearch } from './stream-search.ts'

const pageSize = 2000
const everything = new PresenceFilter({ attribute: 'objectClass' })

/** A part of the directory, and what is asked of each entry. */
export type Part<Item> = {
  base: string
  filter: string
  attributes: string[]
  /** Null leaves the entry out. */
  as: (entry: Entry) => Item | null
}

/** All of it, piece by piece. @throws {IncompleteRead} @throws {DirectoryFailure} */
export async function* readAll<Item>(session: Session, part: Part<Item>): AsyncGenerator<Item[]> {
  const { base, filter, attributes } = part
  const { paged } = await session.capabilities()
  const search = { base, filter, attributes, ...(paged ? { pageSize } : {}) }
  try {
    for await (const piece of streamSearch(session.config, search))
      yield piece.flatMap((entry) => part.as(entry) ?? [])
  } catch (error) {
    throw isNoSuchObject(error) ? baseIsMissing(base, error) : error
  }
}

const isNoSuchObject = (error: unknown): error is DirectoryFailure =>
  error instanceof DirectoryFailure && error.code === resultCode.noSuchObject

/** To whom may not see it, a base is not there either. That says no more about those below it than an empty answer does. */
const baseIsMissing = (base: string, cause: DirectoryFailure): IncompleteRead =>
  new IncompleteRead(`${base} is not there, or hidden from this account: ${cause.message}`, { cause })

/** Those with these ids, in no order. @throws {IncompleteRead} @throws {DirectoryFailure} */
export async function findByIds<Item>(
  session: Session,
  part: Part<Item>,
  ids: readonly string[],
): Promise<Item[]> {
  if (ids.length === 0) return []
  const { idAttribute } = await session.capabilities()
  const values = ids.map((id) => idValue(idAttribute, id))
  return find(session, part, idAttribute, values)
}

/** Those that have one of these values, in no order. @throws {IncompleteRead} @throws {DirectoryFailure} */
export async function find<Item>(
  { connection }: Session,
  part: Part<Item>,
  attribute: string,
  values: readonly string[],
): Promise<Item[]> {
  const found: Item[] = []
  for (let at = 0; at < values.length; at += 200) {
    const some = new OrFilter({
      filters: values.slice(at, at + 200).map((value) => new EqualityFilter({ attribute, value })),
    })
    const filter = new AndFilter({ filters: [FilterParser.parseString(part.filter), some] })
    const { base, attributes } = part
    const entries = await connection.run((client) => searchAll(client, { base, filter, attributes }))
    found.push(...entries.flatMap((entry) => part.as(entry) ?? []))
  }
  return found
}

/** The entry with this DN; null when it is not there, is another one than wanted, or nothing of it may be seen. @throws {DirectoryFailure} */
export async function readOne(
  connection: Connection,
  dn: string,
  attributes: string[],
  filter: Filter = everything,
): Promise<Entry | null> {
  try {
    const search = { base: dn, filter, attributes, scope: 'base' as const }
    const [entry] = await connection.run((client) => searchAll(client, search))
    return entry ?? null
  } catch (error) {
    if (isNoSuchObject(error)) return null
    throw error
  }
}

/** A small search on a shared connection, its filter built from parts: no value is ever parsed as one. */
export async function searchAll(
  client: Client,
  search: {
    base: string
    filter: Filter
    attributes: string[]
    scope?: 'base' | 'sub'
    sizeLimit?: number
  },
): Promise<Entry[]> {
  const { base, scope = 'sub', ...rest } = search
  const { searchEntries, searchReferences } = await client
    .search(base, { scope, ...rest })
    .catch((error: unknown) => {
      throw asReadFailure(error)
    })
  if (searchReferences.length > 0) throw referredElsewhere(searchReferences)
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
