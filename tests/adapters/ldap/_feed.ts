import type { TestContext } from 'vitest'
import type { DirectoryConfig } from '../../../adapters/ldap/connection/connect-options.ts'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import type { FeedBase, FeedEvent } from '../../../domain/contracts/feed.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import type { TestDirectory } from '../../_support/servers.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'

/** As a worker would open it. */
export function openFor(
  server: TestDirectory,
  t: TestContext | undefined,
  more: Partial<DirectoryConfig> = {},
): Directory {
  const directory = openDirectory({ ...asWorker(server), ...more })
  cleanUpAfter(t, () => directory.close())
  return directory
}

export async function all<Item>(pieces: AsyncIterable<Item[]>): Promise<Item[]> {
  const items: Item[] = []
  for await (const piece of pieces) items.push(...piece)
  return items
}

/** A feed that is listened to in the background until the test ends. */
export type Listening = {
  events: FeedEvent[]
  /** Resolves when it ended by itself or by `stop`, rejects with what it threw. */
  ended: Promise<void>
  stop: () => Promise<void>
  /** What it said so far, each kind and id once: `changed …`, `deleted …`, `present …`. */
  said: (kind: 'changed' | 'deleted' | 'present') => string[]
  isRefreshed: () => boolean
  cookie: () => string | null
}

export function listen(
  directory: Pick<Directory, 'follow'>,
  t: TestContext,
  { base = 'lists', cookie = null }: { base?: FeedBase; cookie?: string | null } = {},
): Listening {
  const events: FeedEvent[] = []
  const end = new AbortController()
  const ended = (async () => {
    for await (const piece of directory.follow(base, { cookie, signal: end.signal })) events.push(...piece)
  })()
  ended.catch(() => {})
  const stop = async () => {
    end.abort()
    await ended
  }
  cleanUpAfter(t, () => {
    end.abort()
    return ended.catch(() => {})
  })
  return {
    events,
    ended,
    stop,
    said: (kind) => events.flatMap((event) => (event.kind === kind ? idsOf(event) : [])),
    isRefreshed: () => events.some(({ kind }) => kind === 'refreshed'),
    cookie: () =>
      events.reduce<string | null>((last, event) => (event.kind === 'cookie' ? event.cookie : last), null),
  }
}

/** Everything until the refresh is over; the cookie is the one to go on from. */
export async function refreshOf(
  directory: Pick<Directory, 'follow'>,
  cookie: string | null,
  base: FeedBase = 'lists',
): Promise<{
  changed: string[]
  present: string[]
  deleted: string[]
  deletesByAbsence: boolean
  cookie: string | null
}> {
  const end = new AbortController()
  const events: FeedEvent[] = []
  for await (const piece of directory.follow(base, { cookie, signal: end.signal })) {
    events.push(...piece)
    if (piece.some((event) => event.kind === 'refreshed')) break
  }
  end.abort()
  const ids = (kind: FeedEvent['kind']) =>
    events.flatMap((event) => (event.kind === kind ? idsOf(event) : []))
  const refreshed = events.find((event) => event.kind === 'refreshed')
  const cookies = events.flatMap((event) => (event.kind === 'cookie' ? [event.cookie] : []))
  return {
    changed: ids('changed'),
    present: ids('present'),
    deleted: ids('deleted'),
    deletesByAbsence: refreshed?.deletesByAbsence === true,
    cookie: cookies.at(-1) ?? cookie,
  }
}

function idsOf(event: FeedEvent): string[] {
  if (event.kind === 'changed') return [event.entryUuid]
  return event.kind === 'present' || event.kind === 'deleted' ? event.entryUuids : []
}
