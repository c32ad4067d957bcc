import { expect, it } from 'vitest'
import { openDatabase, rows } from '../../../domain/store/database.ts'
import { isStoreAway } from '../../../domain/store/store-away.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { postgresThatGoesAway } from '../../_support/postgres-away.ts'
import { createTestDatabase } from '../../_support/servers.ts'

it('a connection that has fallen silent is given up, and another one takes its place', async (t) => {
  const { url: direct } = await createTestDatabase(t, { empty: true })
  const { url, proxy } = await postgresThatGoesAway(direct, t)
  const db = openDatabase(url, { poolMax: 1, silentForMs: 2000 })
  cleanUpAfter(t, () => db.destroy())
  await rows(db, 'select 1')
  proxy.holdAnswersTo('')
  const unanswered: unknown = await rows(db, 'select 1').catch((error: unknown) => error)
  expect([String(unanswered), isStoreAway(unanswered)]).toEqual([
    'Error: Connection terminated: nothing was heard of Postgres for 2 s',
    true,
  ])
  proxy.release()
  expect(await rows(db, 'select 1 as one')).toEqual([{ one: 1 }])
})

it('what Postgres refuses tells which of our functions asked', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true })
  const db = openDatabase(url)
  cleanUpAfter(t, () => db.destroy())
  const askForTooMuch = async () => {
    await rows(db, 'select 1 / 0')
  }
  const error = await askForTooMuch().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: '22012', stack: expect.stringContaining('askForTooMuch') })
})

it('a Postgres that does not take our password any more, or has lost our database, is away', async (t) => {
  const { url } = await createTestDatabase(t, { empty: true })
  const failureWith = async (change: Partial<URL>) => {
    const db = openDatabase(Object.assign(new URL(url), change).href, { poolMax: 1 })
    cleanUpAfter(t, () => db.destroy())
    return rows(db, 'select 1').catch((error: unknown) => error)
  }
  const refused = [await failureWith({ password: 'of-yesterday' }), await failureWith({ pathname: '/gone' })]
  expect(refused.map((error) => [(error as { code?: string }).code, isStoreAway(error)])).toEqual([
    ['28P01', true],
    ['3D000', true],
  ])
})
