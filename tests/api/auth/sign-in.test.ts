import { expect, test, type TestContext } from 'vitest'
import { openDirectory } from '../../../adapters/ldap/directory.ts'
import type { Limiter } from '../../../api/context.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { startTestDirectory } from '../../_support/servers.ts'
import { addMember, limiterOf, startTestApi, type TestApi } from '../api-server.ts'
import { newBrowser } from '../browser.ts'
import { startLinking } from '../links/linking.ts'
import { passwordOf, type SigningIn, startSigningIn } from './signing-in.ts'

const logIn = (signing: SigningIn, username: string, password: string) =>
  signing.call('POST', '/auth/login', { body: { username, password } })

/** Notes what a limit counts, by key. */
function noting(limiter: Limiter): Limiter & { keys: string[] } {
  const keys: string[] = []
  const consume: Limiter['consume'] = (key) => {
    keys.push(key)
    return limiter.consume(key)
  }
  return { ...limiter, consume, keys }
}

/** Holds back every refusal until the test lets it go. */
function holdRefusals(api: TestApi): { begun: number; letGo: () => void } {
  const waiting: (() => void)[] = []
  const held = { begun: 0, letGo: () => waiting.splice(0).forEach((go) => go()) }
  const refusalFloor = () => {
    held.begun += 1
    return new Promise<void>((go) => waiting.push(go))
  }
  Object.assign(api.context, { refusalFloor })
  return held
}

test('refusals wait for the same floor whether the name is somebody’s or nobody’s, and so does what is counted', async (t) => {
  const refusedByPerson = noting(limiterOf(5))
  const signing = await startSigningIn(t, { limits: { refusedByPerson } })
  const held = holdRefusals(signing.api)
  const answered: string[] = []
  const asking = ['alice', 'nobody-of-that-name'].map(async (username) => {
    const { status } = await logIn(signing, username, 'wrong')
    answered.push(`${username} ${status}`)
  })
  await expect
    .poll(() => signing.api.sql(`select 1 from audit_entry where event = 'login.refused'`))
    .toHaveLength(2)
  // Whatever is answered in the meantime, these are not.
  expect((await logIn(signing, 'ada', passwordOf('ada'))).status).toBe(200)
  expect(answered).toEqual([])
  held.letGo()
  await Promise.all(asking)
  expect(answered.toSorted()).toEqual(['alice 401', 'nobody-of-that-name 401'])
  expect(held.begun).toBe(3)
  expect(new Set(refusedByPerson.keys).size).toBe(3)
  expect(refusedByPerson.keys.filter((key) => /^nobody [\w-]{43}$/.test(key))).toHaveLength(1)
})

test.for([
  ['a password that was not tried, after too many', 'limited', 429],
  ['one that nobody could try, without the directory', 'directory_away', 503],
] as const)('the refusal of %s waits for the floor too', async ([, outcome, status], t) => {
  const signing = await startSigningIn(t, { limits: { refusedByUsername: limiterOf(1) } })
  if (status === 429) await logIn(signing, 'alice', 'wrong')
  const held = holdRefusals(signing.api)
  signing.directory.isAway = status === 503
  const answered: number[] = []
  const asking = logIn(signing, 'alice', 'wrong').then((answer) => answered.push(answer.status))
  await expect
    .poll(() => signing.api.sql('select 1 from audit_entry where outcome = $1', [outcome]))
    .toHaveLength(1)
  // Whatever is answered in the meantime, this is not.
  for (const _time of [1, 2, 3]) expect((await fetch(`${signing.url}/healthz`)).status).toBe(200)
  expect(answered).toEqual([])
  held.letGo()
  await asking
  expect(answered).toEqual([status])
})

test('a link page’s refusals wait for the floor too', async (t) => {
  const linking = await startLinking(t)
  const attempt = await linking.begin()
  const held = holdRefusals(linking.api)
  const browser = newBrowser()
  const answers: number[] = []
  const asking = browser
    .submit(await browser.open(attempt.url), { username: 'nobody', password: 'wrong' })
    .then(({ status }) => answers.push(status))
  await expect
    .poll(() => linking.api.sql(`select 1 from audit_entry where event = 'login.refused'`))
    .toHaveLength(1)
  expect((await linking.api.server.inject('/healthz')).statusCode).toBe(200)
  expect(answers).toEqual([])
  held.letGo()
  await asking
  expect(answers).toEqual([401])
})

test('tries from one network of IPv6 count together, those of another do not', async (t) => {
  const signing = await startSigningIn(t, {
    settings: { trustedProxies: ['127.0.0.1'] },
    limits: { refusedByAddress: limiterOf(3) },
  })
  const from = async (address: string, username: string) => {
    const body = { username, password: 'wrong' }
    const headers = { 'x-forwarded-for': address }
    return (await signing.call('POST', '/auth/login', { body, headers })).status
  }
  for (const at of [1, 2, 3]) expect(await from(`2001:db8::${at}`, `name-${at}`)).toBe(401)
  expect(await from('2001:db8::ffff:ffff:ffff:ffff', 'name-4')).toBe(429)
  expect(await from('2001:db8:0:1::1', 'name-4')).toBe(401)
})

/** The API's login on a real directory, in which alice can be found by a second name. */
async function startOnDirectory(t: TestContext) {
  const server = await startTestDirectory({}, t)
  await server.ldapmodify(
    `dn: ${server.personDn('alice')}\nchangetype: modify\nadd: uid\nuid: alicia-in-the-choir\n`,
  )
  const directory = openDirectory({
    url: server.url,
    startTls: false,
    bindDn: server.reader.dn,
    bindPassword: server.reader.password,
    peopleBase: server.peopleBase,
    peopleFilter: '(objectClass=inetOrgPerson)',
    listsBase: server.listsBase,
    listClass: server.listClass,
  })
  cleanUpAfter(t, () => directory.close())
  const api = await startTestApi(t, { authenticate: directory.authenticate })
  const ids = new Map<string, string>()
  for (const uid of ['alice', 'bob']) {
    const person = await directory.authenticate(uid, server.passwordOf(uid))
    const { id } = await addMember(api, uid)
    await api.sql('update member set entry_uuid = $2 where id = $1', [id, person?.entryUuid])
    ids.set(uid, id)
  }
  const tries = async (username: string, password: string) => {
    const payload = { username, password }
    return (await api.server.inject({ method: 'POST', url: '/api/v1/auth/login', payload })).statusCode
  }
  return { api, ids, tries, passwordOf: server.passwordOf }
}

test('tries by all the names of one person count together and are recorded as theirs, and nobody else is kept out', async (t) => {
  const { api, ids, tries, passwordOf } = await startOnDirectory(t)
  for (const name of ['alice', 'alicia-in-the-choir', 'alice', 'alicia-in-the-choir', 'ALICE'])
    expect(await tries(name, 'wrong')).toBe(401)
  const entries = await api.sql(
    `select distinct subject_id from audit_entry where outcome = 'wrong_password'`,
  )
  expect(entries).toEqual([{ subject_id: ids.get('alice') }])
  for (const name of ['alice', 'alicia-in-the-choir'])
    expect(await tries(name, passwordOf('alice'))).toBe(429)
  expect(await tries('bob', passwordOf('bob'))).toBe(200)
})

const admins = { found: true, dnKeys: ['uid=ada,ou=people,dc=example,dc=org'], uids: [], mailKeys: [] }

test('who was taken off the admins while the login asked for them is none', async (t) => {
  const signing = await startSigningIn(t)
  await signing.api.sql(
    `update member set is_admin = true, admin_in_directory = true, dn_key = $1 where uid = 'ada'`,
    admins.dnKeys,
  )
  Object.assign(signing.api.context.directory, {
    readAdmins: async () => {
      await signing.api.sql(`update member set is_admin = false, admin_in_directory = false`)
      return admins
    },
  })
  const answer = await logIn(signing, 'ada', passwordOf('ada'))
  expect([answer.status, answer.json()]).toEqual([200, { username: 'ada', isAdmin: false }])
  Object.assign(signing.api.context.directory, { readAdmins: async () => admins })
  const again = await logIn(signing, 'ada', passwordOf('ada'))
  expect([again.status, again.json()]).toEqual([200, { username: 'ada', isAdmin: true }])
})

test('a login writes no gidNumber over that of a newer read', async (t) => {
  const signing = await startSigningIn(t, { settings: { adminGid: 99 } })
  const before = { ...signing.api.context.directory }
  const authenticate: typeof before.authenticate = async (...tried) => {
    const person = await before.authenticate(...tried)
    return person && { ...person, gidNumber: 99 }
  }
  Object.assign(signing.api.context.directory, { authenticate })
  await signing.api.sql(`update member set version = '2', gid_number = 100 where uid = 'alice'`)
  const answer = await logIn(signing, 'alice', passwordOf('alice'))
  expect(answer.json()).toEqual({ username: 'alice', isAdmin: false })
  await signing.api.sql(`update member set version = '1' where uid = 'alice'`)
  expect((await logIn(signing, 'alice', passwordOf('alice'))).json()).toMatchObject({ isAdmin: true })
})
