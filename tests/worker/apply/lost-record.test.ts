import { expect, it, type TestContext } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import { openDatabase, rows } from '../../../domain/store/database.ts'
import { asWorker } from '../../../sandbox/servers/as-worker.ts'
import type { WorkerContext } from '../../../worker/context.ts'
import { postgresThatGoesAway } from '../../_support/postgres-away.ts'
import { createWorld, waitUntil } from '../../_support/world.ts'
import { losingOneAnswer } from '../deliver/_lost-answer.ts'

/** A world whose worker reaches Postgres through a proxy, and what happens right after it has read and after it has modified a list. */
async function cuttable(t: TestContext) {
  const world = await createWorld({}, t)
  const postgres = await postgresThatGoesAway(world.databaseUrl, t)
  const after = { read: async () => {}, modify: async () => {} }
  let modifies = 0
  const directory = openDirectory(asWorker(world.directory))
  return {
    world,
    proxy: postgres.proxy,
    after,
    modifies: () => modifies,
    start: async (overrides: Partial<WorkerContext> = {}) => {
      await world.worker(
        {
          // None runs out during a test: what is done again is not done for that.
          leaseMs: 600_000,
          followsDirectory: false,
          directory: {
            ...directory,
            findList: async (entryUuid) => {
              const read = await directory.findList(entryUuid)
              await after.read()
              return read
            },
            modifyMembers: async (dn, change) => {
              const version = await directory.modifyMembers(dn, change)
              modifies += 1
              await after.modify()
              return version
            },
          },
          ...overrides,
        },
        { DATABASE_URL: postgres.url },
      )
      await world.mirrored()
    },
    /** The first time that it is called, until the worker has tried to connect again and again. */
    cut: async () => {
      if (postgres.refused() > 0) return
      postgres.goAwayForAMoment()
    },
    recorded: (id: string | null) =>
      rows<{ event: string; how: string | null }>(
        world.db,
        `select event, details ->> 'how' as how from audit_entry where subject_id = :id and actor_kind = 'worker'`,
        { id },
      ),
  }
}

it('what was written while Postgres went away is recorded as soon as it is back', async (t) => {
  const { world, start, after, cut, modifies, recorded } = await cuttable(t)
  await start()
  after.modify = cut
  const { id } = await world.request('bob', 'subscribe', 'news')
  expect(await world.ended(id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(modifies()).toBe(1)
  expect(await recorded(id)).toEqual([{ event: 'change.applied', how: 'modified' }])
})

it('a list whose turn Postgres interrupted has its next one as soon as that is back', async (t) => {
  const { world, start, after, cut, recorded } = await cuttable(t)
  await start()
  after.read = cut
  const { id } = await world.request('bob', 'subscribe', 'news')
  expect(await world.ended(id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await recorded(id)).toHaveLength(1)
})

it('a record whose confirmation got lost stands once, and the word that came meanwhile is applied too', async (t) => {
  const { world, start, after, modifies, recorded } = await cuttable(t)
  const second = Promise.withResolvers<string | null>()
  await start({ db: losingOneAnswer(openDatabase(world.databaseUrl, { name: 'test' })) })
  after.modify = async () => {
    if (modifies() === 1) second.resolve((await world.request('dilek', 'subscribe', 'news')).id)
  }
  const { id } = await world.request('bob', 'subscribe', 'news')
  expect(await world.ended(await second.promise)).toMatchObject({ state: 'applied' })
  expect(await world.ended(id)).toMatchObject({ state: 'applied', proof: { how: 'modified' } })
  expect(await recorded(id)).toHaveLength(1)
  expect(modifies()).toBe(2)
})

it('a lease of which the worker never heard is given back', async (t) => {
  const { world, start, proxy, recorded } = await cuttable(t)
  await start()
  proxy.holdAnswersTo('is_refused_alone')
  const { id } = await world.request('bob', 'subscribe', 'news')
  await waitUntil('the list is leased', async () => {
    const leased = await rows(world.db, 'select from list where lease_token is not null')
    return leased.length > 0 ? true : null
  })
  proxy.cut()
  proxy.release()
  expect(await world.ended(id)).toMatchObject({ state: 'applied' })
  expect(await recorded(id)).toHaveLength(1)
})
