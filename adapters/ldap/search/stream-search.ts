import {
  type Message,
  PagedResultsControl,
  FilterParser,
  SearchReference,
  SearchRequest,
  SearchResponse,
  StatusCodeParser,
} from 'ldapts'
import type { DirectoryConfig } from '../connection/connect-options.ts'
import { asReadFailure, referredElsewhere } from './cut-short.ts'
import type { Entry } from '../entries/entry-values.ts'
import { asFailure, IncompleteRead } from '../failure.ts'
import { FoundEntry } from '../entries/found-entry.ts'
import { type MessageStream, openMessageStream } from '../connection/message-stream.ts'

export type Search = {
  base: string
  filter: string
  attributes: string[]
  pageSize?: number
  sizeLimit?: number
}

/**
 * Reads a whole subtree in pieces (with the paged results control, RFC 2696, where `pageSize` is given).
 * It ends only when the server said that this was all.
 * @throws {IncompleteRead} when the server stopped short or referred elsewhere, or the connection broke after the question.
 * @throws {DirectoryFailure}
 */
export async function* streamSearch(config: DirectoryConfig, search: Search): AsyncGenerator<Entry[]> {
  const stream = await openMessageStream(config)
  const began = performance.now()
  let code: number | null = null
  try {
    let cookie: Buffer | undefined
    do {
      cookie = yield* readPage(stream, search, cookie)
    } while (cookie?.length)
    code = 0
  } catch (error) {
    const failure = asFailure(error instanceof IncompleteRead ? error.cause : error, true)
    code = failure.code
    if (error instanceof IncompleteRead || failure.kind !== 'unknown-outcome') throw error
    throw new IncompleteRead(`the connection broke in the middle of it: ${failure.message}`, {
      cause: failure,
    })
  } finally {
    config.onOperation?.('read', code, (performance.now() - began) / 1000)
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
      // The library's own limit is ten seconds, and the server's clock runs on while we are busy with a piece.
      timeLimit: 0,
      controls: search.pageSize
        ? [new PagedResultsControl({ value: { size: search.pageSize, ...(cookie ? { cookie } : {}) } })]
        : [],
    })
  for await (const piece of stream.ask(request)) {
    const entries: Entry[] = []
    let end: SearchResponse | undefined
    for (const message of piece) {
      if (message instanceof FoundEntry) entries.push(message.entry)
      else if (message instanceof SearchReference) throw referredElsewhere(message.uris)
      else if (message instanceof SearchResponse) end = message
    }
    if (entries.length > 0) yield entries
    if (end) return nextCookie(end)
  }
  return undefined
}

function nextCookie(end: SearchResponse & Message): Buffer | undefined {
  if (end.status !== 0) throw asReadFailure(StatusCodeParser.parse(end))
  const paged = end.controls?.find((control) => control instanceof PagedResultsControl)
  return paged?.value?.cookie
}
