import { beforeEach, describe, expect, it, type TestContext, vi } from 'vitest'
import { rows } from '../../../domain/store/database.ts'
import type { FollowContext } from '../../../worker/context.ts'
import { followFeed } from '../../../worker/sync/follow-feed.ts'
import { pollDirectory } from '../../../worker/sync/poll-directory.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { waitUntil, type World } from '../../_support/world.ts'
import { addMember, confirmed, mirroredMembers, mirrorShows, worldReadWhenAsked } from './_mirror.ts'

/** Nobody waits a minute before what waits for another look is doubtful. */
vi.mock('../../../worker/sync/sync-plan.ts', async (original) => ({
  ...(await original<typeof import('../../../worker/sync/sync-plan.ts')>()),
  doubtfulAfterMs: 0,
}))

let world: World
let worker: Worker

beforeEach(async (t) => {
  ;({ world, worker } = await worldReadWhenAsked(t))
})

const ways = {
  asked: (context: FollowContext, until: AbortSignal) =>
    pollDirectory(context, 'version', until, async () => {}),
  fed: (context: FollowContext, until: AbortSignal) => followFeed(context, until, async () => {}),
}

/** Follows the directory in this way, confirming each time, until it is told to stop. */
async function follow(way: keyof typeof ways, t: TestContext) {
  const { directory } = worker.context
  let rounds = 0
  const counting = {
    ...directory,
    readAdmins: () => {
      rounds += 1
      return directory.readAdmins()
    },
  }
  const end = new AbortController()
  const following = ways[way]({ ...worker.context, directory: counting, syncIntervalS: 0 }, end.signal)
  const stop = async () => {
    end.abort()
    await following
  }
  cleanUpAfter(t, stop)
  await confirmed(world)
  const rest = async () => {
    const before = rounds
    await waitUntil('it has gone round', async () => (rounds >= before + 2 ? true : null))
  }
  return { stop, aRoundLater: rest }
}

const lease = (until: string) =>
  rows(
    world.db,
    `update list set lease_token = gen_random_uuid(), lease_until = now() + :until::interval where name = 'news'`,
    { until },
  )
const cookie = async () =>
  (await rows<{ cookie: string }>(world.db, `select cookie from feed where base = 'lists'`))[0]?.cookie

describe.each(['asked', 'fed'] as const)('of a directory that is %s', (way) => {
  it('nothing is taken for known before what a worker has in hand was looked at', async (t) => {
    const { aRoundLater } = await follow(way, t)
    await lease('1 hour')
    await aRoundLater()
    const before = await cookie()
    await addMember(world, 'news', 'ada')
    await addMember(world, 'chess', 'ada')
    await mirrorShows(world, 'chess', 'ada')
    await aRoundLater()
    // Whoever follows next asks from there on.
    expect(await cookie()).toBe(before)
    await lease('-1 second')
    await mirrorShows(world, 'news', 'ada')
    await aRoundLater()
    expect(await cookie()).not.toBe(before)
  })

  it('the mirror is not confirmed while something waits for another look for too long', async (t) => {
    const { aRoundLater } = await follow(way, t)
    await lease('1 hour')
    await addMember(world, 'news', 'ada')
    await addMember(world, 'chess', 'ada')
    await mirrorShows(world, 'chess', 'ada')
    await aRoundLater()
    await rows(world.db, 'update feed set confirmed_at = null')
    await aRoundLater()
    expect(await rows(world.db, 'select confirmed_at from feed')).toEqual([
      { confirmedAt: null },
      { confirmedAt: null },
    ])
    await lease('-1 second')
    await confirmed(world)
    expect(await mirroredMembers(world, 'news')).toContain('ada')
  })
})

it('a directory that went back behind what was asked last is read as a whole', async (t) => {
  const first = await follow('asked', t)
  await first.stop()
  await addMember(world, 'news', 'ada')
  await rows(world.db, `update feed set cookie = '20990101000000.000000Z#000000#000#000000'`)
  await follow('asked', t)
  expect(await mirroredMembers(world, 'news')).toContain('ada')
  expect(await cookie()).not.toContain('2099')
})
