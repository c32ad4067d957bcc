import { beforeEach, describe, expect, it, vi } from 'vitest'
import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import type { FeedBase, FeedEvent } from '../../domain/contracts/feed.ts'
import { rows } from '../../domain/store/database.ts'
import type { Worker } from '../../worker/start-worker.ts'
import { FeedTaken, followFeed } from '../../worker/sync/follow-feed.ts'
import { pollDirectory } from '../../worker/sync/poll-directory.ts'
import { createWorld, waitUntil, type World } from '../_support/world.ts'
import { addMember, listIs, mirroredMembers, mirrorShows } from '../worker/sync/_mirror.ts'

let world: World
let worker: Worker
beforeEach(async (t) => {
  world = await createWorld({}, t)
  worker = await world.worker(
    { followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' },
  )
  await world.mirrored()
})

type Directory = Worker['context']['directory']

/**
 * Follows a directory whose feeds say what the test has them say, from the end of their refresh on, or of those of `refreshed`. `ended` gives
 * why it stopped, null when it was told to. `syncIntervalS`: with 0, each look that leaves nothing open confirms the mirror.
 */
function follow(
  instead: Partial<Directory> = {},
  {
    refreshed = ['people', 'lists'],
    syncIntervalS = worker.context.syncIntervalS,
  }: { refreshed?: FeedBase[]; syncIntervalS?: number } = {},
) {
  const stop = new AbortController()
  const queues: Record<FeedBase, FeedEvent[][]> = { people: [], lists: [] }
  let bell = Promise.withResolvers<void>()
  const directory: Directory = {
    ...worker.context.directory,
    ...instead,
    async *follow(base, { signal }) {
      if (refreshed.includes(base)) yield [{ kind: 'refreshed', deletesByAbsence: false }]
      const silent = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      while (!signal.aborted) {
        const rung = bell.promise
        yield* queues[base].splice(0)
        await Promise.race([rung, silent])
      }
    },
  }
  const ended = followFeed(
    { ...worker.context, directory, syncIntervalS },
    stop.signal,
    async () => undefined,
  ).then(
    () => null,
    (error: unknown) => error,
  )
  return {
    ended,
    says: (base: FeedBase, ...events: FeedEvent[]) => {
      queues[base].push(events)
      const rung = bell
      bell = Promise.withResolvers()
      rung.resolve()
    },
    stop: () => {
      stop.abort()
      return ended
    },
  }
}

const cookieOf = async (base: FeedBase): Promise<string | null> => {
  const [feed] = await rows<{ cookie: string | null }>(
    world.db,
    'select cookie from feed where base = :base',
    { base },
  )
  return feed?.cookie ?? null
}
const cookieIs = (base: FeedBase, cookie: string) =>
  waitUntil(`the cookie of ${base} is ${cookie}`, async () => (await cookieOf(base)) === cookie || null)

const ids = async (sql: string) => (await rows<{ id: string }>(world.db, sql)).map(({ id }) => id)

const isGone = (table: 'list' | 'member') =>
  waitUntil('something is gone', async () => {
    const gone = await rows(world.db, `select 1 from ${table} where state = 'gone' limit 1`)
    return gone[0] ?? null
  })

it('whoever finds another’s cookie in the place of their own stops, and leaves it there', async () => {
  const feed = follow()
  feed.says('lists', { kind: 'cookie', cookie: 'ours' })
  await cookieIs('lists', 'ours')
  await rows(world.db, `update feed set cookie = 'another’s' where base = 'lists'`)
  feed.says('lists', { kind: 'cookie', cookie: 'our next' })
  const why = await Promise.race([feed.ended, cookieIs('lists', 'our next')])
  expect(why).toBeInstanceOf(FeedTaken)
  expect(await cookieOf('lists')).toBe('another’s')
})

it('a cookie is not stored while what it stands for can’t be looked at', async () => {
  const [list] = await rows<{ id: string }>(
    world.db,
    `select entry_uuid as id from list where name = 'choir'`,
  )
  const feed = follow({ findList: () => Promise.reject(new Error('the directory is away')) })
  feed.says('lists', { kind: 'cookie', cookie: 'before' })
  await cookieIs('lists', 'before')
  const version = '29990101000000.000000Z#000000#000#000000'
  feed.says(
    'lists',
    { kind: 'changed', entryUuid: list?.id ?? '', version },
    { kind: 'cookie', cookie: 'after' },
  )
  expect(await feed.ended).toMatchObject({ message: 'the directory is away' })
  expect(await cookieOf('lists')).toBe('before')
})

describe('an account that lost its right to read', () => {
  it('finds no list any more, and none is gone for that', async () => {
    const before = await rows(world.db, 'select name, state from list order by name')
    const feed = follow({ findList: () => Promise.resolve(null) })
    feed.says('lists', { kind: 'deleted', entryUuids: await ids('select entry_uuid as id from list') })
    expect(await Promise.race([feed.ended, isGone('list')])).toBeInstanceOf(IncompleteRead)
    expect(await rows(world.db, 'select name, state from list order by name')).toEqual(before)
  })

  it('finds no person any more, and nobody is gone for that', async () => {
    const feed = follow({ findPeople: () => Promise.resolve([]) })
    feed.says('people', { kind: 'deleted', entryUuids: await ids('select entry_uuid as id from member') })
    expect(await Promise.race([feed.ended, isGone('member')])).toBeInstanceOf(IncompleteRead)
    expect(await rows(world.db, `select uid from member where state = 'gone'`)).toEqual([])
  })
})

/** Another tool puts somebody on a list, and the feed says that it changed. */
async function edited(feed: Feed, list: string, uid: string): Promise<void> {
  const [found] = await ids(`select entry_uuid as id from list where name = '${list}'`)
  await addMember(world, list, uid)
  feed.says('lists', { kind: 'changed', entryUuid: found ?? '', version: '' })
}
type Feed = ReturnType<typeof follow>

/** Whatever a look at what was said before does is done: one after the other of these is, too. */
async function looked(feed: Feed): Promise<void> {
  for (const list of ['chess', 'choir']) {
    const on = await mirroredMembers(world, list)
    const uid = ['ada', 'carol', 'grace', 'mallory', 'alice', 'bob'].find((one) => !on.includes(one)) ?? ''
    await edited(feed, list, uid)
    await mirrorShows(world, list, uid)
  }
}

/** The mirror is confirmed after this moment. */
const confirmedAgain = async (): Promise<true> => {
  const [now] = await rows<{ at: string }>(world.db, 'select clock_timestamp()::text as at')
  return waitUntil('it is confirmed', async () => {
    const found = await rows(world.db, 'select 1 from feed where confirmed_at > :at::timestamptz', now)
    return found.length === 2 ? true : null
  })
}
const confirmations = () => rows(world.db, 'select base, confirmed_at::text from feed order by base')
const confirmedNever = ['lists', 'people'].map((base) => ({ base, confirmedAt: null }))

/** A worker has `news` in hand, until that is given back. */
const leaseNews = () =>
  rows(
    world.db,
    `update list set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where name = 'news'`,
  )
const giveNewsBack = () =>
  rows(world.db, `update list set lease_token = null, lease_until = null where name = 'news'`)

describe('the mirror is not believed to have all that the directory has', () => {
  it('before the feeds have told what happened before they began', async () => {
    const feed = follow({}, { refreshed: ['people'], syncIntervalS: 0 })
    await looked(feed)
    expect(await confirmations()).toEqual(confirmedNever)
    feed.says('lists', { kind: 'refreshed', deletesByAbsence: false })
    expect(await confirmedAgain()).toBe(true)
    await feed.stop()
  })

  it('while a directory that shows no versions does not answer', async () => {
    let answers = false
    const feed = follow(
      { readContextCsn: async () => null, healthy: async () => answers },
      { syncIntervalS: 0 },
    )
    await looked(feed)
    expect(await confirmations()).toEqual(confirmedNever)
    answers = true
    expect(await confirmedAgain()).toBe(true)
    await feed.stop()
  })

  it('while a list has been in somebody’s hand for more than a minute, although others change', async () => {
    const feed = follow({}, { syncIntervalS: 0 })
    await leaseNews()
    await edited(feed, 'news', 'ada')
    await looked(feed)
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000)
    try {
      await looked(feed)
      const before = await confirmations()
      await looked(feed)
      expect(await confirmations()).toEqual(before)
      await giveNewsBack()
      await mirrorShows(world, 'news', 'ada')
      expect(await confirmedAgain()).toBe(true)
    } finally {
      vi.restoreAllMocks()
    }
    await feed.stop()
  })
})

it('the cookie waits while a list that it stands for is in somebody’s hand', async () => {
  const feed = follow()
  await leaseNews()
  await edited(feed, 'news', 'ada')
  feed.says('lists', { kind: 'cookie', cookie: 'stands for news' })
  await looked(feed)
  expect(await cookieOf('lists')).toBeNull()
  await giveNewsBack()
  await cookieIs('lists', 'stands for news')
  expect(await mirroredMembers(world, 'news')).toContain('ada')
  await feed.stop()
})

it('a list that could not be seen for a while is back with the version that it had', async () => {
  const [choir] = await rows<{ entryUuid: string; version: string }>(
    world.db,
    `update list set state = 'gone', gone_at = now() where name = 'choir' returning entry_uuid, version`,
  )
  const feed = follow()
  feed.says('lists', { kind: 'changed', entryUuid: '', version: '', ...choir })
  expect(await listIs(world, 'choir', 'active')).toBe(true)
  await feed.stop()
})

it('whom somebody else wrote while they were read is read again', async () => {
  const { findPeople } = worker.context.directory
  const [carol] = await ids(`select entry_uuid as id from member where uid = 'carol'`)
  const dn = world.directory.personDn('carol')
  await world.directory.ldapmodify(
    `dn: ${dn}\nchangetype: modify\nreplace: displayName\ndisplayName: Carol now\n`,
  )
  let isFirst = true
  const feed = follow({
    findPeople: async (entryUuids) => {
      const found = await findPeople(entryUuids)
      if (isFirst)
        await rows(
          world.db,
          `update member set version = '20990101000000.000000Z#000000#000#000000', updated_at = clock_timestamp() where uid = 'carol'`,
        )
      isFirst = false
      return found
    },
  })
  feed.says('people', { kind: 'changed', entryUuid: carol ?? '', version: '' })
  const isShown = await waitUntil('she is shown as she is', async () => {
    const found = await rows(world.db, `select 1 from member where display_name = 'Carol now'`)
    return found.length === 1 ? true : null
  })
  expect(isShown).toBe(true)
  await feed.stop()
})

it('what the feed says nothing of is found by what the directory says of its versions', async () => {
  const feed = follow({}, { syncIntervalS: 0 })
  await confirmedAgain()
  await addMember(world, 'news', 'ada')
  expect(await mirrorShows(world, 'news', 'ada')).toBe(true)
  await feed.stop()
})

/** Follows a directory whose versions are these, until the function that it gives is called. */
type Follow = (readContextCsn: () => Promise<string>) => () => Promise<unknown>

const ways: Record<'its feed' | 'asking', Follow> = {
  'its feed': (readContextCsn) => follow({ readContextCsn }, { syncIntervalS: 0 }).stop,
  asking: (readContextCsn) => {
    const directory: Directory = {
      ...worker.context.directory,
      readContextCsn,
      changedSince: async () => [],
    }
    const stop = new AbortController()
    const context = { ...worker.context, directory, syncIntervalS: 0 }
    // A read that is under way is stopped with it.
    const ended = pollDirectory(context, 'version', stop.signal, async () => undefined).catch(() => undefined)
    return () => {
      stop.abort()
      return ended
    }
  },
}

it.each(['its feed', 'asking'] as const)(
  'a directory that is followed by %s and was put back to an older state is read anew',
  async (way) => {
    const later = '20990101000000.000000Z#000000#000#000000'
    let csn = later
    const stop = ways[way](async () => csn)
    await confirmedAgain()
    await rows(world.db, `update member set version = :later, display_name = 'Later' where uid = 'carol'`, {
      later,
    })
    csn = '20000101000000.000000Z#000000#000#000000'
    const isBack = await waitUntil('she is as she was', async () => {
      const found = await rows(
        world.db,
        `select 1 from member where uid = 'carol' and display_name <> 'Later'`,
      )
      return found.length === 1 ? true : null
    })
    expect(isBack).toBe(true)
    await stop()
  },
)
