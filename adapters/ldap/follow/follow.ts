import {
  BerReader,
  FilterParser,
  SearchEntry,
  SearchReference,
  SearchRequest,
  SearchResponse,
  StatusCodeParser,
} from 'ldapts'
import { type FeedBase, type FeedEvent, FeedRestart } from '../../../domain/contracts/feed.ts'
import { partOf } from '../search/parts.ts'
import { asReadFailure, referredElsewhere } from '../search/cut-short.ts'
import { versionAttributes, versionOf } from '../entries/entries.ts'
import { asEntry } from '../entries/entry-values.ts'
import { asFailure, DirectoryFailure, IncompleteRead } from '../failure.ts'
import { openMessageStream } from '../connection/message-stream.ts'
import { type Answer, IntermediateResponse } from '../connection/read-message.ts'
import type { Session } from '../connection/session.ts'
import { cookieBytes, cookieText, isCovered, isUseless } from './sync-cookie.ts'
import {
  readSyncInfo,
  SyncDoneControl,
  SyncRequestControl,
  type SyncInfo,
  syncInfoName,
  SyncStateControl,
} from './sync-controls.ts'
import { resultCode } from '../result-codes.ts'

const controls = () => [new SyncStateControl(), new SyncDoneControl()]

/** The live feed of people or lists by RFC 4533, refreshAndPersist: see `follow` of `Directory`. */
export async function* follow(
  session: Session,
  base: FeedBase,
  { cookie, signal }: { cookie: string | null; signal: AbortSignal },
): AsyncGenerator<FeedEvent[]> {
  const part = partOf(session, base)
  const request = (messageId: number) =>
    new SearchRequest({
      messageId,
      baseDN: part.base,
      filter: FilterParser.parseString(part.filter),
      attributes: versionAttributes,
      // The library's own is ten seconds; this one lasts.
      timeLimit: 0,
      controls: [new SyncRequestControl(cookie === null ? null : cookieBytes(cookie))],
    })
  try {
    const stream = await openMessageStream(session.config, signal)
    try {
      const understand = createListener(cookie)
      for await (const piece of stream.ask(request, { patient: true, controls })) {
        const events: FeedEvent[] = []
        let end: SearchResponse | undefined
        for (const message of piece) {
          if (message instanceof SearchResponse) end = message
          else events.push(...understand(message))
        }
        if (events.length > 0) yield events
        if (end) throw whyEnded(end, cookie)
      }
    } finally {
      stream.close()
    }
  } catch (error) {
    if (signal.aborted) return
    throw error instanceof FeedRestart || error instanceof IncompleteRead ? error : asFailure(error, true)
  }
}

/**
 * Turns messages into events. While the feed refreshes, cookies are kept back: with one that came in the middle, and a
 * connection that broke before the end, nobody would ever hear who was deleted.
 */
function createListener(cookie: string | null): (message: Answer) => FeedEvent[] {
  let isRefreshed = false
  // Without a cookie, the server gives all that there is.
  let deletesByAbsence = cookie === null
  let keptBack: Buffer | null = null

  return (message) => {
    if (message instanceof SearchReference) throw referredElsewhere(message.uris)
    if (message instanceof SearchEntry) return ofEntry(message)
    if (!(message instanceof IntermediateResponse) || message.name !== syncInfoName || !message.value)
      return []
    const info = readSyncInfo(new BerReader(message.value))
    return info ? ofInfo(info) : []
  }

  function ofEntry(message: SearchEntry): FeedEvent[] {
    const control = message.controls?.find((one) => one instanceof SyncStateControl)
    if (!control) throw new Error('an entry of the feed came without its state')
    const event = entryEvent(control, message)
    if (!isRefreshed && cookie !== null && event.kind === 'changed' && isCovered(event.version, cookie))
      throw new FeedRestart('the directory did not understand the cookie and gives everything')
    return [event, ...cookieEvents(control.cookie)]
  }

  function ofInfo(info: SyncInfo): FeedEvent[] {
    if (info.kind === 'newcookie') return cookieEvents(info.cookie)
    if (info.kind === 'syncIdSet') {
      const { entryUuids } = info
      const event: FeedEvent = { kind: info.refreshDeletes ? 'deleted' : 'present', entryUuids }
      return [...(entryUuids.length > 0 ? [event] : []), ...cookieEvents(info.cookie)]
    }
    // A phase of those present may be followed by one of those deleted; only the end of the last is the end.
    deletesByAbsence ||= info.kind === 'refreshPresent'
    if (!info.refreshDone || isRefreshed) return cookieEvents(info.cookie)
    isRefreshed = true
    return [{ kind: 'refreshed', deletesByAbsence }, ...cookieEvents(info.cookie ?? keptBack)]
  }

  function cookieEvents(cookie: Buffer | null): FeedEvent[] {
    if (cookie === null || isUseless(cookie)) return []
    if (isRefreshed) return [{ kind: 'cookie', cookie: cookieText(cookie) }]
    keptBack = cookie
    return []
  }
}

function entryEvent({ state, entryUuid }: SyncStateControl, message: SearchEntry): FeedEvent {
  if (state === 'delete') return { kind: 'deleted', entryUuids: [entryUuid] }
  if (state === 'present') return { kind: 'present', entryUuids: [entryUuid] }
  return { kind: 'changed', entryUuid, version: versionOf(asEntry(message)) }
}

/** A feed has no end of its own: whatever the server gives as one is a reason to begin again. */
function whyEnded(end: SearchResponse, cookie: string | null): Error {
  // OpenLDAP after its data was put back to an older state: our cookie is of a time that it does not know.
  if (end.status === resultCode.unwillingToPerform && cookie !== null)
    return new FeedRestart(`the directory does not take the cookie: ${end.errorMessage}`)
  if (end.status === resultCode.syncRefreshRequired)
    return new FeedRestart('the directory wants the feed to begin anew')
  if (end.status === 0)
    return new DirectoryFailure('transient', null, 'the directory ended the feed, which should last')
  return asReadFailure(StatusCodeParser.parse(end))
}
