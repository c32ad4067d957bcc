import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { IncompleteRead } from '../../../adapters/ldap/failure.ts'
import type { FeedBase, FeedEvent } from '../../../domain/contracts/feed.ts'
import { rows } from '../../../domain/store/database.ts'
import { followFeed } from '../../../worker/sync/follow-feed.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { createWorld, type World } from '../../_support/world.ts'

let world: World
let worker: Worker
let ids: Record<FeedBase, string[]>

beforeAll(async () => {
  world = await createWorld()
  worker = await world.worker(
    { followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600' },
  )
  await world.mirrored()
  const of = async (sql: string) => (await rows<{ id: string }>(world.db, sql)).map(({ id }) => id)
  ids = {
    people: await of('select entry_uuid as id from member order by 1'),
    lists: await of('select entry_uuid as id from list order by 1'),
  }
})

/** All that the mirror has. */
const mirror = async () => ({
  people: await rows(world.db, 'select uid, state, version from member order by uid'),
  lists: await rows(world.db, 'select name, state, version from list order by name'),
  memberships: await rows(world.db, 'select list_id, member_id from membership order by 1, 2'),
})

const anyId = (base: FeedBase) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.nat().map((place) => ids[base][place % ids[base].length] ?? '') },
    { weight: 1, arbitrary: fc.uuid() },
  )

const anyEvent = (base: FeedBase): fc.Arbitrary<FeedEvent> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('changed' as const),
      entryUuid: anyId(base),
      version: fc.constantFrom(
        '20000101000000.000000Z#000000#000#000000',
        '29990101000000.000000Z#000000#000#000000',
        '',
      ),
    }),
    fc.record({ kind: fc.constant('present' as const), entryUuids: fc.array(anyId(base), { maxLength: 5 }) }),
    fc.record({
      kind: fc.constant('deleted' as const),
      entryUuids: fc.array(anyId(base), { maxLength: 30 }),
    }),
    fc.record({ kind: fc.constant('refreshed' as const), deletesByAbsence: fc.boolean() }),
    fc.record({
      kind: fc.constant('cookie' as const),
      cookie: fc.string({ maxLength: 9 }).map((text) => `c${text}`),
    }),
  )

const anyFeed = (base: FeedBase) => fc.array(fc.array(anyEvent(base), { maxLength: 8 }), { maxLength: 6 })

const hear = async (said: Record<FeedBase, FeedEvent[][]>): Promise<void> => {
  const stop = new AbortController()
  const heard = { people: false, lists: false }
  const directory = {
    ...worker.context.directory,
    async *follow(base: FeedBase) {
      yield* said[base]
      // Whoever is there is said at the end, so that an absence is not all that is heard.
      yield [{ kind: 'present' as const, entryUuids: ids[base].slice(0, 1) }]
      yield [{ kind: 'refreshed' as const, deletesByAbsence: true }]
      heard[base] = true
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
    },
  }
  const confirmed = Promise.withResolvers<void>()
  const following = followFeed({ ...worker.context, directory, syncIntervalS: 0 }, stop.signal, async () => {
    if (heard.people && heard.lists) confirmed.resolve()
  }).then(() => confirmed.reject(new Error('it ended too soon')), confirmed.reject)
  try {
    await confirmed.promise.catch((error: unknown) => {
      // Nobody at all is said to be there: that is no word on anybody's absence.
      if (!(error instanceof IncompleteRead)) throw error
    })
  } finally {
    stop.abort()
    await following
  }
}

it('whatever a feed says in whatever order, nothing is lost that is still there', async () => {
  const before = await mirror()
  await fc.assert(
    fc.asyncProperty(anyFeed('people'), anyFeed('lists'), async (people, lists) => {
      await hear({ people, lists })
      expect(await mirror()).toEqual(before)
    }),
    { numRuns: 40 },
  )
})

it('and what changed, or is gone, is found by it', async () => {
  const { directory } = world
  await directory.ldapmodify(`dn: ${directory.listDn('choir')}\nchangetype: delete\n`)
  await hear({ people: [], lists: [] })
  expect(await rows(world.db, `select state from list where name = 'choir'`)).toEqual([{ state: 'gone' }])
})
