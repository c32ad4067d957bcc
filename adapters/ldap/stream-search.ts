import {
  type Message,
  PagedResultsControl,
  FilterParser,
  SearchEntry,
  SearchReference,
  SearchRequest,
  SearchResponse,
  StatusCodeParser,
} from 'ldapts'
import type { DirectoryConfig } from './connect-options.ts'
import { asFailure, DirectoryFailure, IncompleteRead } from './failure.ts'
import { type MessageStream, openMessageStream } from './message-stream.ts'

export type Search = {
  base: string
  filter: string
  attributes: string[]
  pageSize?: number
  sizeLimit?: number
}

/** An entry's values by attribute name in lower case; values that are not UTF-8 are Buffers. */
export type Entry = { dn: string; values: Map<string, (string | Buffer)[]> }

/**
 * Reads a whole subtree in pieces (with the paged results control, RFC 2696, where `pageSize` is given).
 * It ends only when the server said that this was all.
 * @throws {IncompleteRead} when the server stopped short or referred elsewhere.
 * @throws {DirectoryFailure}
 */
export async function* streamSearch(config: DirectoryConfig, search: Search): AsyncGenerator<Entry[]> {
  const stream = await openMessageStream(config)
  try {
    let cookie: Buffer | undefined
    do {
      cookie = yield* readPage(stream, search, cookie)
    } while (cookie?.length)
  } finally {
    stream.close()
  }
}

async function* readPage(
  stream: MessageStream,
  search: Search,
  cookie: Buffer | undefined,
): AsyncGenerator<Entry[], Buffer | undefined> {
  const request = (messageId: number) =>
    new SearchRequest({
      messageId,
      baseDN: search.base,
      scope: 'sub',
      filter: FilterParser.parseString(search.filter),
      attributes: search.attributes,
      sizeLimit: search.sizeLimit ?? 0,
      controls: search.pageSize
        ? [new PagedResultsControl({ value: { size: search.pageSize, ...(cookie ? { cookie } : {}) } })]
        : [],
    })
  for await (const piece of stream.ask(request)) {
    const entries: Entry[] = []
    let end: SearchResponse | undefined
    for (const message of piece) {
      if (message instanceof SearchEntry) entries.push(asEntry(message))
      else if (message instanceof SearchReference)
        throw new IncompleteRead(`the directory referred to another server: ${message.uris.join(' ')}`)
      else if (message instanceof SearchResponse) end = message
    }
    if (entries.length > 0) yield entries
    if (end) return nextCookie(end)
  }
  return undefined
}

function nextCookie(end: SearchResponse & Message): Buffer | undefined {
  if (end.status !== 0) {
    const failure = asFailure(StatusCodeParser.parse(end), true)
    // Size and admin limits, and a referral, leave out what is there.
    if (end.status === 4 || end.status === 11 || end.status === 10)
      throw new IncompleteRead(`the directory did not give everything: ${failure.message}`, {
        cause: failure,
      })
    throw new DirectoryFailure(failure.kind, failure.code, failure.message, failure)
  }
  const paged = end.controls?.find((control) => control instanceof PagedResultsControl)
  return paged?.value?.cookie
}

function asEntry(message: SearchEntry): Entry {
  const values = new Map<string, (string | Buffer)[]>()
  for (const attribute of message.attributes) values.set(attribute.type.toLowerCase(), attribute.values)
  return { dn: message.name, values }
}

/**
 * The values of an attribute as text. One value that is not UTF-8 turns all into Buffers: those that are text come out
 * right, the others as nobody's name. NUL is left out: no name has it, and Postgres takes none.
 */
export const texts = (entry: Entry, attribute: string): string[] =>
  (entry.values.get(attribute.toLowerCase()) ?? []).map((value) => value.toString().replaceAll('\u0000', ''))

/** Its first text, if it has one. */
export const text = (entry: Entry, attribute: string): string | undefined => texts(entry, attribute)[0]
