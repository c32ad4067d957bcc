import { beforeEach, describe, expect, it } from 'vitest'
import { IncompleteRead } from '../../adapters/ldap/failure.ts'
import type { FeedBase, FeedEvent } from '../../domain/contracts/feed.ts'
import { rows } from '../../domain/store/database.ts'
import type { Worker } from '../../worker/start-worker.ts'
import { FeedTaken, followFeed } from '../../worker/sync/follow-feed.ts'
import { createWorld, waitUntil, type World } from '../_support/world.ts'

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

/** Follows a directory whose feeds say what the test has them say. `ended` gives why it stopped, null when it was told to. */
function follow(instead: Partial<Directory> = {}) {
  const stop = new AbortController()
  const queues: Record<FeedBase, FeedEvent[][]> = { people: [], lists: [] }
  let bell = Promise.withResolvers<void>()
  const directory: Directory = {
    ...worker.context.directory,
    ...instead,
    async *follow(base, { signal }) {
      yield [{ kind: 'refreshed', deletesByAbsence: false }]
      const silent = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      while (!signal.aborted) {
        const rung = bell.promise
        yield* queues[base].splice(0)
        await Promise.race([rung, silent])
      }
    },
  }
  const ended = followFeed({ ...worker.context, directory }, stop.signal, async () => undefined).then(
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
