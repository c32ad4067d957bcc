import { beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { readApiConfig } from '../../../api/config.ts'
import { openContext } from '../../../api/open-context.ts'
import { buildServer } from '../../../api/server.ts'
import type { ApiToken } from '../../../domain/contracts/identity.ts'
import { setAdmin } from '../../../domain/store/members/set-admin.ts'
import { fullRead } from '../../../worker/sync/full-read.ts'
import type { Worker } from '../../../worker/start-worker.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'
import { runSql } from '../../_support/servers.ts'
import { createWorld, testLog, type World } from '../../_support/world.ts'

type Headers = Record<string, string>

let world: World
let worker: Worker
let url: string

beforeEach(async (t) => {
  world = await createWorld({}, t)
  // It reads the directory once, and then when the test says so.
  worker = await world.worker(
    { followsDirectory: false },
    { SYNC_INTERVAL_S: '86400', SWEEP_INTERVAL_S: '3600', LDAP_ADMIN_GID: '99' },
  )
  await world.mirrored()
  url = await startApi(t)
})

/** The API as it runs, on the directory and the database of this world. */
async function startApi(t: TestContext): Promise<string> {
  const { reader } = world.directory
  const config = readApiConfig(
    world.workerEnvironment({
      API_PORT: '0',
      SERVICE_TOKEN: 'the-bot-may-act-for-its-members-0001',
      LDAP_READ_BIND_DN: reader.dn,
      LDAP_READ_BIND_PASSWORD: reader.password,
      LDAP_ADMIN_GID: '99',
    }),
    '/nowhere',
  )
  const context = await openContext(config, testLog)
  await context.installed
  const server = await buildServer(context)
  cleanUpAfter(t, async () => {
    await server.close()
    await context.close()
  })
  return server.listen({ host: '127.0.0.1', port: 0 })
}

async function signIn(username: string): Promise<{ isAdmin: boolean; session: Headers }> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: world.directory.passwordOf(username) }),
  })
  const { isAdmin } = (await answer.json()) as { isAdmin: boolean }
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
  const csrf = cookies.find((cookie) => cookie.startsWith('guildpost_csrf='))?.split('=')[1] ?? ''
  return { isAdmin, session: { cookie: cookies.join('; '), 'x-csrf-token': decodeURIComponent(csrf) } }
}

/** A session and a token with every right that its member may give it. */
async function comeIn(username: string, scopes: string[]): Promise<{ session: Headers; token: Headers }> {
  const { session } = await signIn(username)
  const answer = await fetch(`${url}/api/v1/auth/tokens`, {
    method: 'POST',
    headers: { ...session, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ops', scopes }),
  })
  expect(answer.status).toBe(201)
  const { token } = (await answer.json()) as ApiToken & { token: string }
  return { session, token: { authorization: `Bearer ${token}` } }
}

const statusOf = async (path: string, headers: Headers) => (await fetch(`${url}${path}`, { headers })).status
/** What an admin reads, by both doors. */
const asAdmin = async ({ session, token }: { session: Headers; token: Headers }) => [
  await statusOf('/metrics', session),
  await statusOf('/metrics', token),
]
const asMember = async ({ session, token }: { session: Headers; token: Headers }) => [
  await statusOf('/api/v1/auth/me', session),
  await statusOf('/api/v1/auth/me', token),
]

const setAdminGroup = (uid: string) =>
  world.directory.ldapmodify(
    `dn: ${world.directory.adminGroup}\nchangetype: modify\nreplace: member\nmember: ${world.directory.personDn(uid)}\n`,
  )
const change = (uid: string, ldif: string) =>
  world.directory.ldapmodify(`dn: ${world.directory.personDn(uid)}\nchangetype: ${ldif}\n`)

/** An operator's word. */
const say = (username: string, isAdmin: boolean) =>
  world.db.transaction((tx) => setAdmin(tx, { username, isAdmin }))

/** What the audit says of who became an admin, or stopped being one, by the directory. */
const adminEntries = () =>
  runSql(
    world.databaseUrl,
    `select e.event, m.uid, e.via, e.actor_kind, e.details from audit_entry e join member m on m.id::text = e.subject_id
     where e.event like 'admin.%' and e.actor_kind = 'directory' order by e.at, e.id`,
  )

it('who becomes an admin by the directory, and who is none any more, is recorded', async () => {
  const by = { actor_kind: 'directory', via: 'sync', details: { inDirectory: true, inGroup: true } }
  const not = { ...by, details: { inDirectory: false } }
  expect(await adminEntries()).toEqual([{ ...by, event: 'admin.granted', uid: 'ada' }])
  await fullRead(worker.context)
  await setAdminGroup('bob')
  const atSignIn = { via: 'web', details: { inDirectory: false, address: '127.0.0.0/24' } }
  await signIn('ada')
  await fullRead(worker.context)
  await change('bob', 'delete')
  await fullRead(worker.context)
  expect((await adminEntries()).slice(1)).toEqual([
    { ...not, ...atSignIn, event: 'admin.revoked', uid: 'ada' },
    { ...by, event: 'admin.granted', uid: 'bob' },
    { ...not, event: 'admin.revoked', uid: 'bob' },
  ])
})

describe('who leaves the admins’ group', () => {
  it('is no admin any more with the next read, on session and token, and stays a member', async () => {
    const ada = await comeIn('ada', ['read', 'admin'])
    const bob = await signIn('bob')
    expect(await asAdmin(ada)).toEqual([200, 200])
    await setAdminGroup('bob')
    await fullRead(worker.context)
    expect(await asAdmin(ada)).toEqual([403, 403])
    expect(await asMember(ada)).toEqual([200, 200])
    expect([bob.isAdmin, await statusOf('/metrics', bob.session)]).toEqual([false, 200])
    await setAdminGroup('ada')
    await fullRead(worker.context)
    expect(await asAdmin(ada)).toEqual([200, 200])
  })

  it('is no admin any more when they sign in, before any read, on what they had open too', async () => {
    const ada = await comeIn('ada', ['read', 'admin'])
    await setAdminGroup('bob')
    expect((await signIn('ada')).isAdmin).toBe(false)
    expect(await asAdmin(ada)).toEqual([403, 403])
  })
})

it('who loses the gidNumber of admins is none any more with the next read', async () => {
  await change('carol', 'modify\nreplace: gidNumber\ngidNumber: 99')
  await fullRead(worker.context)
  const carol = await comeIn('carol', ['read', 'admin'])
  expect(await asAdmin(carol)).toEqual([200, 200])
  await change('carol', 'modify\nreplace: gidNumber\ngidNumber: 100')
  await fullRead(worker.context)
  expect(await asAdmin(carol)).toEqual([403, 403])
})

it('who leaves the directory is nobody with the next read, on session and token', async () => {
  const ada = await comeIn('ada', ['read', 'admin'])
  await change('ada', 'delete')
  await fullRead(worker.context)
  expect(await asAdmin(ada)).toEqual([403, 403])
  expect(await asMember(ada)).toEqual([403, 403])
})

it('an operator’s word holds at once, through every read and every sign-in', async () => {
  const ada = await comeIn('ada', ['read', 'admin'])
  await say('ada', false)
  expect(await asAdmin(ada)).toEqual([403, 403])
  await say('bob', true)
  const bob = await comeIn('bob', ['read', 'admin'])
  await fullRead(worker.context)
  expect((await signIn('ada')).isAdmin).toBe(false)
  expect((await signIn('bob')).isAdmin).toBe(true)
  expect(await asAdmin(ada)).toEqual([403, 403])
  expect(await asAdmin(bob)).toEqual([200, 200])
  await say('bob', false)
  await say('ada', true)
  expect(await asAdmin(bob)).toEqual([403, 403])
  expect(await asAdmin(ada)).toEqual([200, 200])
  await fullRead(worker.context)
  expect([await asAdmin(ada), await asAdmin(bob)]).toEqual([
    [200, 200],
    [403, 403],
  ])
})
