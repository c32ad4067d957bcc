import { Redis } from 'ioredis'
import { expect, inject, it, type TestContext } from 'vitest'
import { createTestDatabase, runSql } from '../_support/servers.ts'
import { createWorld, waitUntil, type World } from '../_support/world.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'

const people = ['alice', 'bob', 'carol', 'dave']

/** An installation of its environment: its own database, on the same servers as the other's. */
async function installation(t: TestContext, appEnv: 'dev' | 'prod', jobsUrl: string): Promise<World> {
  const world = await createWorld({}, t)
  await runSql(world.databaseUrl, `update installation set app_env = '${appEnv}'`)
  const redisUrl = appEnv === 'dev' ? inject('redisUrl') : inject('redisProUrl')
  await world.worker(
    {},
    { APP_ENV: appEnv, JOBS_URL: jobsUrl, REDIS_URL: redisUrl, LISTS_DEFAULT_JOIN: 'open' },
  )
  await world.mirrored()
  return world
}

/** Everybody changes their mind again and again; in the end they want to be on the list. */
async function wishes(world: World, list: string): Promise<void> {
  for (let round = 0; round < 10; round += 1)
    await Promise.all(
      people.map(async (uid) => {
        const change = await world.request(uid, round % 2 === 0 ? 'subscribe' : 'unsubscribe', list)
        if (change.id !== null) await world.ended(change.id)
      }),
    )
  await Promise.all(people.map(async (uid) => world.ended((await world.request(uid, 'subscribe', list)).id)))
}

it('dev and prod on one Redis, one Postgres server and one job store, under load: nothing is crossed', async (t) => {
  const { url: jobsUrl } = await createTestDatabase(t, { empty: true })
  const [dev, prod] = await Promise.all([installation(t, 'dev', jobsUrl), installation(t, 'prod', jobsUrl)])
  const [listOfDev, listOfProd] = ['news', 'chess']
  const before = {
    dev: await dev.directory.membersOf(listOfProd),
    prod: await prod.directory.membersOf(listOfDev),
  }
  await Promise.all([wishes(dev, listOfDev), wishes(prod, listOfProd)])

  // Each directory has what its own members said, and nothing of the other's.
  for (const uid of people) {
    expect(await dev.directory.membersOf(listOfDev)).toContain(dev.directory.memberValue(uid))
    expect(await prod.directory.membersOf(listOfProd)).toContain(prod.directory.memberValue(uid))
  }
  expect(await dev.directory.membersOf(listOfProd)).toEqual(before.dev)
  expect(await prod.directory.membersOf(listOfDev)).toEqual(before.prod)
  // Both have their own jobs in the one store, each its schedules once.
  for (const table of ['agenda_jobs_dev', 'agenda_jobs_prod'])
    await waitUntil(`${table} has its schedules`, async () => {
      const [found] = await runSql<{ count: number }>(
        jobsUrl,
        `select count(*)::integer as count from ${table} where name = 'sweep'`,
      )
      return found?.count === 1 ? found : null
    })
  // And neither account of Redis sees a key of the other's.
  for (const [url, other] of [
    [inject('redisUrl'), 'pro:'],
    [inject('redisProUrl'), 'dev:'],
  ] as const) {
    const client = new Redis(url)
    cleanUpAfter(t, () => client.disconnect())
    await expect(client.get(`${other}anything`)).rejects.toThrow('NOPERM')
  }
})
