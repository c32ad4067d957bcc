import { expect, onTestFinished, test, vi } from 'vitest'
import { exhaustedPool, type OwnTrouble, refusedAccount } from '../../api/own-troubles.ts'
import { tellOfTrouble } from '../../api/tell-of-trouble.ts'
import { openDirectory } from '../../adapters/ldap/directory.ts'
import { DirectoryFailure } from '../../adapters/ldap/failure.ts'
import { openDatabase, rows } from '../../domain/store/database.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createTestDatabase, runSql, startTestDirectory } from '../_support/servers.ts'
import { testLog } from '../_support/world.ts'

const watchOf = (databaseUrl: string, troubles: readonly OwnTrouble[]) =>
  tellOfTrouble(troubles, {
    databaseUrl,
    alertTo: { channelId: '400000000000000002', mailTo: null },
    alertAfterS: 1,
    siteTimeZone: 'Asia/Taipei',
    log: testLog,
  })

const incidentsIn = (databaseUrl: string) =>
  runSql<{ state: string; text: string }>(databaseUrl, `select state, words ->> 'text' as text from incident`)

test('admins are told when requests wait for a connection, by one that is not of the pool, and when they don’t any more', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 2 })
  const watch = watchOf(url, [exhaustedPool(db)])
  cleanUpAfter(t, async () => {
    await watch.stop()
    await db.destroy()
  })
  const incidents = () => incidentsIn(url)
  const asks = (seconds: number) =>
    Promise.allSettled([1, 2, 3].map(() => rows(db, 'select pg_sleep(:seconds)', { seconds })))

  // Shorter than what is worth an alert.
  await asks(0.2)
  expect(await incidents()).toEqual([])

  const asking = asks(4)
  await expect.poll(incidents, { timeout: 6000 }).toHaveLength(1)
  const [told] = await incidents()
  expect(told).toMatchObject({
    state: 'open',
    text: expect.stringMatching(/The api uses all of its 2 connections, and 1 request waits/),
  })
  expect(await runSql(url, `select destination_id from notice`)).toEqual([
    { destination_id: '400000000000000002' },
  ])
  await asking
  await expect.poll(incidents).toMatchObject([{ state: 'resolved' }])
})

test('admins are told when the directory refuses the api’s account, when it is let in again, and nothing of one that is away', async (t) => {
  const { url } = await createTestDatabase(t)
  const slapd = await startTestDirectory({}, t)
  const { peopleBase, listsBase, listClass, reader } = slapd
  const directory = openDirectory({
    url: slapd.url,
    startTls: false,
    bindDn: reader.dn,
    bindPassword: 'of-yesterday',
    peopleBase,
    peopleFilter: '(objectClass=inetOrgPerson)',
    listsBase,
    listClass,
    timeoutMs: 8000,
  })
  let asked = 0
  const counted = async () => {
    const refusal = await directory.refusal()
    asked += 1
    return refusal
  }
  const watch = watchOf(url, [refusedAccount({ refusal: counted }, 100)])
  cleanUpAfter(t, async () => {
    await watch.stop()
    await directory.close()
  })
  const incidents = () => incidentsIn(url)
  const patient = { timeout: 20_000 }
  const takes = (password: string) =>
    slapd.ldapmodify(
      `dn: ${reader.dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${password}\n`,
    )

  await expect.poll(incidents, patient).toMatchObject([
    {
      state: 'open',
      text: expect.stringMatching(/since \S+ \S+ GMT\+8: .*Nobody can sign in.*LDAP_READ_BIND_DN/s),
    },
  ])
  await takes('of-yesterday')
  await expect.poll(incidents, patient).toMatchObject([{ state: 'resolved' }])
  await slapd.kill9()
  expect(await directory.refusal()).toBeUndefined()
  const before = asked
  // So many looks take twice as long as what lasts before anybody is told.
  await expect.poll(() => asked, patient).toBeGreaterThan(before + 6)
  expect(await incidents()).toHaveLength(1)
})

test('a directory that leaves us without an answer holds up neither what else is watched nor a stop', async (t) => {
  const { url } = await createTestDatabase(t)
  const db = openDatabase(url, { poolMax: 2 })
  cleanUpAfter(t, () => db.destroy())
  const silent = { refusal: () => new Promise<null>(() => {}) }
  const watch = watchOf(url, [exhaustedPool(db), refusedAccount(silent)])
  const asking = Promise.allSettled([1, 2, 3].map(() => rows(db, 'select pg_sleep(4)')))
  await expect
    .poll(() => runSql(url, 'select kind, state from incident'), { timeout: 6000 })
    .toEqual([{ kind: 'pool-exhausted', state: 'open' }])
  await asking
  await watch.stop()
})

test('a directory that refuses the account is asked ever more seldom, since it may lock that, and as often as before once it takes it', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  let answer: DirectoryFailure | null | undefined = new DirectoryFailure(
    'pause',
    49,
    'the directory answered 49',
  )
  let asked = 0
  const account = refusedAccount({
    refusal: async () => {
      asked += 1
      return answer
    },
  })
  const askedWithin = async (seconds: number) => {
    const before = asked
    for (let second = 0; second < seconds; second += 1) {
      account.see()
      // Its answer.
      await Promise.resolve()
      await Promise.resolve()
      vi.advanceTimersByTime(1000)
    }
    return asked - before
  }
  expect(await askedWithin(60)).toBe(3)
  expect(await askedWithin(600)).toBeLessThanOrEqual(10)
  const refused = { reason: 'the directory answered 49', refused: 'api' }
  expect(account.see()).toEqual(refused)
  // It is away, which does not mean that it takes the account.
  answer = undefined
  expect(await askedWithin(61)).toBeGreaterThanOrEqual(1)
  expect(account.see()).toEqual(refused)
  answer = null
  expect(await askedWithin(61)).toBeGreaterThanOrEqual(1)
  expect(account.see()).toBeNull()
  expect(await askedWithin(60)).toBe(6)
})
