import { expect, it, type TestContext } from 'vitest'
import { type Directory, openDirectory } from '../../../adapters/ldap/directory.ts'
import { DirectoryFailure } from '../../../adapters/ldap/failure.ts'
import type { ListRead } from '../../../domain/contracts/directory.ts'
import { unwantLists, wantLists } from '../../../domain/store/mirror/awaited-lists.ts'
import { rows } from '../../../domain/store/database.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import { createWorld, waitUntil, type World } from '../../_support/world.ts'
import { addMember, mirroredMembers } from '../sync/_mirror.ts'

type Modify = Directory['modifyMembers']
type Way = (modify: Modify, world: World) => Modify

/** The directory takes it and says nothing, so that it is found done. */
const losesItsAnswer: Way = (modify) => async (dn, change) => {
  await modify(dn, change)
  throw new DirectoryFailure('unknown-outcome', null, 'read ECONNRESET')
}

/** Both together are refused, and between the one and the other somebody else edits the list. */
const meetsAnother: Way = (modify, world) => {
  let made = 0
  return async (dn, change) => {
    made += 1
    if (made === 1) throw new DirectoryFailure('permanent', 19, 'not both')
    const version = await modify(dn, change)
    if (made === 2) await addMember(world, 'news', 'erin')
    return version
  }
}

/**
 * A full read begins, a change is written in this way, and only then what was read is compared with the mirror. Gives what that shows then,
 * of those who joined, and what it took for the edits of another tool.
 */
async function readBefore(t: TestContext, way: Way) {
  const world = await createWorld({}, t)
  const real = openDirectory(asWorker(world.directory))
  const { context } = await world.worker(
    { followsDirectory: false, directory: { ...real, modifyMembers: way(real.modifyMembers, world) } },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600', RECONCILE_INTERVAL_S: '86400' },
  )
  await world.mirrored()
  const [news] = await rows<{ id: string }>(world.db, `select entry_uuid as id from list where name = 'news'`)
  const list = [news?.id ?? '']
  /** Both in one batch. */
  const bothJoin = async () => {
    await wantLists(world.db, list, 60)
    const asked = [
      await world.request('bob', 'subscribe', 'news'),
      await world.request('dilek', 'subscribe', 'news'),
    ]
    await unwantLists(world.db, list)
    for (const { id } of asked) expect(await world.ended(id)).toMatchObject({ state: 'applied' })
  }
  let hasJoined = false
  const before: Directory = {
    ...real,
    async *readListsWithMembers() {
      const pieces: ListRead[][] = []
      for await (const piece of real.readListsWithMembers()) pieces.push(piece)
      if (!hasJoined) await bothJoin()
      hasJoined = true
      yield* pieces
    },
  }
  await waitUntil('it was read', () => fullRead({ ...context, directory: before }))
  const mirror = async () => {
    const on = new Set(await mirroredMembers(world, 'news'))
    return {
      on: ['ada', 'bob', 'dilek'].filter((uid) => on.has(uid)),
      drifts: await rows(world.db, 'select id from drift'),
    }
  }
  const after = await mirror()
  await addMember(world, 'news', 'ada')
  await waitUntil('it was read again', () => fullRead(context))
  return { hasJoined, after, later: (await mirror()).on }
}

/** And what is newer is taken in as ever. */
const nothingTakenBack = {
  hasJoined: true,
  after: { on: ['bob', 'dilek'], drifts: [] },
  later: ['ada', 'bob', 'dilek'],
}

it('a full read that began before a change whose modify lost its answer takes nothing of it back', async (t) => {
  expect(await readBefore(t, losesItsAnswer)).toEqual(nothingTakenBack)
})

it('a full read that began before a change that met another tool’s edit takes nothing of it back', async (t) => {
  expect(await readBefore(t, meetsAnother)).toEqual(nothingTakenBack)
})
