import pg from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ApiToken } from '../../../domain/contracts/identity.ts'
import type { Problem } from '../../../domain/contracts/problem.ts'
import { isApiTokenShaped } from '../../../domain/rules/api-token.ts'
import type { Scope } from '../../../domain/rules/permissions.ts'
import { findCaller } from '../../../domain/store/sessions/find-caller.ts'
import { hashOf } from '../../../domain/rules/secret-hash.ts'
import { somebodyWaits } from '../../_support/world.ts'
import { addMember, markMirrorRead, startTestApi, statusesOf, type TestApi } from '../api-server.ts'

type Headers = Record<string, string>
type Made = ApiToken & { token: string }
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

let api: TestApi
let alice: Headers
let ada: Headers

beforeEach(async (t) => {
  const entryUuids = new Map<string, string>()
  api = await startTestApi(t, {
    authenticate: async (uid, password) => {
      const entryUuid = entryUuids.get(uid)
      if (entryUuid === undefined || password !== 'sesame') return null
      return {
        entryUuid,
        version: '1',
        dn: uid,
        dnKey: uid,
        uid,
        displayName: uid,
        mails: [],
        gidNumber: null,
      }
    },
    readAdmins: async () => ({ found: true, dnKeys: [], uids: ['ada'], mailKeys: [] }),
  })
  for (const uid of ['alice', 'ada']) entryUuids.set(uid, (await addMember(api, uid)).entryUuid)
  await markMirrorRead(api)
  alice = await signIn('alice')
  ada = await signIn('ada')
})

async function signIn(username: string): Promise<Headers> {
  const answer = await call('POST', '/auth/login', {}, { username, password: 'sesame' })
  const cookies = new Map(answer.cookies.map(({ name, value }) => [name, value]))
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return { cookie, 'x-csrf-token': cookies.get('guildpost_csrf') ?? '' }
}

async function call(method: Method, path: string, headers: Headers, payload?: object) {
  const url = `/api/v1${path}`
  const answer = await api.server.inject({
    method,
    url,
    headers,
    ...(payload === undefined ? {} : { payload }),
  })
  return {
    status: answer.statusCode,
    headers: answer.headers,
    cookies: answer.cookies,
    json: answer.json.bind(answer),
    text: answer.body,
  }
}

async function make(by: Headers, more: object = {}): Promise<Made> {
  const answer = await call('POST', '/auth/tokens', by, { name: 'backup', scopes: ['read'], ...more })
  expect([answer.status, answer.text]).toEqual([201, answer.text])
  return answer.json<Made>()
}

const listed = async (by: Headers) =>
  (await call('GET', '/auth/tokens', by)).json<{ items: ApiToken[] }>().items
const bearer = ({ token }: Made): Headers => ({ authorization: `Bearer ${token}` })
const problemOf = async (...asked: Parameters<typeof call>) => {
  const answer = await call(...asked)
  const { code, details } = answer.json<{ code: string; details?: { reason?: string } }>()
  return [answer.status, code, details?.reason]
}
const daysUntil = (time: string) => Math.round((Date.parse(time) - Date.now()) / 86_400_000)
/** What the token opens at this moment. */
const scopesOf = async ({ token }: Made): Promise<Scope[] | null | undefined> =>
  (await findCaller(api.context.db, { kind: 'token', key: hashOf(token) }))?.scopes

describe('a new token', () => {
  test('acts for its member until it expires, 90 days from now', async () => {
    const made = await make(alice, { name: 'backup 備份' })
    expect(isApiTokenShaped(made.token)).toBe(true)
    expect(made).toMatchObject({ name: 'backup 備份', scopes: ['read'], lastUsedAt: null })
    expect(daysUntil(made.expiresAt)).toBe(90)
    const me = await call('GET', '/auth/me', bearer(made))
    expect([me.status, me.json()]).toEqual([
      200,
      { username: 'alice', displayName: 'alice', isAdmin: false, via: 'api' },
    ])
    await api.sql(`update api_token set expires_at = now()`)
    expect((await call('GET', '/auth/me', bearer(made))).status).toBe(401)
    expect(await listed(alice)).toEqual([])
  })

  test('is shown once, and kept nowhere but as its hash', async () => {
    const key = { ...alice, 'idempotency-key': 'again' }
    const made = await make(key)
    const again = await make(key)
    expect(again.token).not.toBe(made.token)
    expect(await listed(alice)).toEqual([
      { ...again, token: undefined },
      { ...made, token: undefined },
    ])
    expect(await api.sql('select 1 from idempotency_record')).toEqual([])
    const [row] = await api.sql<{ token_hash: Buffer; row: string }>(
      'select token_hash, t::text as row from api_token t where id = $1',
      [made.id],
    )
    expect(row?.token_hash).toEqual(hashOf(made.token))
    expect(row?.row).not.toContain(made.token)
    const [audit] = await api.sql<{ all: string }>('select jsonb_agg(a)::text as all from audit_entry a')
    expect(audit?.all).not.toContain(made.token)
    expect(api.log.join('')).not.toContain(made.token)
  })

  test.each([
    ['no name', { name: '' }],
    ['a control character in its name', { name: 'a\u001b[2Jb' }],
    ['no scope', { scopes: [] }],
    ['a scope twice', { scopes: ['read', 'read'] }],
    ['a scope that there is not', { scopes: ['write'] }],
    ['no day', { expiresInDays: 0 }],
    ['more than a year', { expiresInDays: 366 }],
    ['half a day', { expiresInDays: 1.5 }],
    ['days as text', { expiresInDays: '30' }],
    ['something else', { token: 'mine' }],
  ])('with %s is 400', async (_, more) => {
    const body = { name: 'backup', scopes: ['read'], ...more }
    expect(await problemOf('POST', '/auth/tokens', alice, body)).toEqual([400, 'VALIDATION_ERROR', undefined])
    expect(await listed(alice)).toEqual([])
  })

  test.each([' ', '\u3000\u00a0'])('with a name of blanks (%j) is 400, and says so', async (name) => {
    const answer = await call('POST', '/auth/tokens', alice, { name, scopes: ['read'] })
    expect(answer.status).toBe(400)
    expect(answer.json<Problem>().detail).toContain('body/name must not be blank')
  })

  test('may last a year', async () => {
    expect(daysUntil((await make(alice, { expiresInDays: 365 })).expiresAt)).toBe(365)
  })

  test('can’t be made with a token', async () => {
    const made = await make(ada, { scopes: ['read', 'subscriptions', 'admin'] })
    const body = { name: 'more', scopes: ['read'] }
    expect((await problemOf('POST', '/auth/tokens', bearer(made), body))[0]).toBe(403)
    expect((await problemOf('GET', '/auth/tokens', bearer(made)))[0]).toBe(403)
  })

  test('is the twentieth at most', async () => {
    const body = { name: 'backup', scopes: ['read'] }
    for (let made = 1; made < 20; made += 1) await make(alice)
    // So many connections are open then that the tokens are really made at once.
    await Promise.all(Array.from({ length: 6 }, () => listed(alice)))
    const atOnce = Array.from({ length: 6 }, () => call('POST', '/auth/tokens', alice, body))
    expect(statusesOf(await Promise.all(atOnce))).toEqual([201, 409, 409, 409, 409, 409])
    expect(await problemOf('POST', '/auth/tokens', alice, body)).toEqual([409, 'CONFLICT', 'TOO_MANY_TOKENS'])
    await make(ada)
    const [one, other] = await listed(alice)
    await call('DELETE', `/auth/tokens/${one?.id}`, alice)
    await make(alice)
    await api.sql('update api_token set expires_at = now() where id = $1', [other?.id])
    await make(alice)
    expect((await call('POST', '/auth/tokens', alice, body)).status).toBe(409)
  })
})

test('no token comes of a session that ended while it was asked for', async () => {
  const client = new pg.Client({ connectionString: api.databaseUrl })
  await client.connect()
  try {
    await client.query(`begin; select 1 from member where uid = 'alice' for update`)
    const asking = call('POST', '/auth/tokens', alice, { name: 'stolen', scopes: ['read'] })
    await somebodyWaits(api.context)
    expect((await call('POST', '/auth/logout', alice)).status).toBe(204)
    await client.query('commit')
    expect((await asking).status).toBe(401)
    expect(await api.sql('select 1 from api_token')).toEqual([])
  } finally {
    await client.end()
  }
})

describe('the scope admin', () => {
  const wish = { name: 'ops', scopes: ['read', 'admin'] }

  test('is for admins', async () => {
    expect(await problemOf('POST', '/auth/tokens', alice, wish)).toEqual([
      403,
      'PERMISSION_DENIED',
      'SCOPE_ADMINS_ONLY',
    ])
    const made = await make(ada, wish)
    expect((await call('GET', '/admin/lists', bearer(made))).status).toBe(200)
    expect((await call('GET', '/auth/me', bearer(made))).json()).toMatchObject({ isAdmin: true })
  })

  test('gives nothing to who is no admin any more', async () => {
    const made = await make(ada, wish)
    await api.sql(`update member set is_admin = false where uid = 'ada'`)
    expect((await call('GET', '/auth/me', bearer(made))).json()).toMatchObject({ isAdmin: false })
    expect((await problemOf('GET', '/admin/lists', bearer(made)))[0]).toBe(403)
    expect(await problemOf('PUT', '/admin/members/alice/notices', bearer(made))).toEqual([
      403,
      'PERMISSION_DENIED',
      'ADMINS_ONLY',
    ])
  })

  test('is what makes a token of an admin act as one', async () => {
    const made = await make(ada, { scopes: ['read', 'subscriptions'] })
    expect((await call('GET', '/auth/me', bearer(made))).json()).toMatchObject({ isAdmin: false })
    expect((await problemOf('GET', '/admin/lists', bearer(made)))[2]).toBe('SCOPE_MISSING')
  })
})

const grant = (by: Headers, uid = 'alice') => call('PUT', `/admin/members/${uid}/notices`, by)
const take = (by: Headers, uid = 'alice') => call('DELETE', `/admin/members/${uid}/notices`, by)

describe('the scope notices', () => {
  const wish = { name: 'ci', scopes: ['read', 'notices'] }

  test('needs an admin’s grant', async () => {
    expect(await problemOf('POST', '/auth/tokens', alice, wish)).toEqual([
      403,
      'PERMISSION_DENIED',
      'SCOPE_NOT_GRANTED',
    ])
    expect((await grant(alice)).status).toBe(403)
    expect((await grant(ada, 'Alice')).status).toBe(204)
    expect(await scopesOf(await make(alice, wish))).toEqual(['read', 'notices'])
  })

  test('is an admin’s own without one', async () => {
    const made = await make(ada, wish)
    expect(await scopesOf(made)).toEqual(['read', 'notices'])
    await api.sql(`update member set is_admin = false where uid = 'ada'`)
    expect(await scopesOf(made)).toEqual(['read'])
  })

  test('is lost at once, by tokens too that were made before', async () => {
    await grant(ada)
    const made = await make(alice, wish)
    expect((await take(ada)).status).toBe(204)
    expect(await scopesOf(made)).toEqual(['read'])
    expect((await call('GET', '/auth/me', bearer(made))).status).toBe(200)
    await grant(ada)
    expect(await scopesOf(made)).toEqual(['read', 'notices'])
  })

  test('is granted and taken on record, once however often it is said', async () => {
    for (const say of [grant, grant, take, take]) expect((await say(ada)).status).toBe(204)
    expect(
      await api.sql(
        `select a.event, actor.uid as actor, subject.uid as subject, a.via, a.outcome from audit_entry a
         join member actor on actor.id::text = a.actor_id join member subject on subject.id::text = a.subject_id
         where a.event like 'member.notices%' order by a.at, a.id`,
      ),
    ).toEqual([
      {
        event: 'member.notices_granted',
        actor: 'ada',
        subject: 'alice',
        via: 'web',
        outcome: 'granted',
      },
      { event: 'member.notices_taken', actor: 'ada', subject: 'alice', via: 'web', outcome: 'taken' },
    ])
  })

  test('of somebody unknown or gone is 404', async () => {
    await addMember(api, 'mallory', { gone: true })
    for (const uid of ['nobody', 'mallory', '%2e%2e', "x' or 1=1"]) {
      expect((await grant(ada, encodeURIComponent(uid))).status).toBe(404)
      expect((await take(ada, encodeURIComponent(uid))).status).toBe(404)
    }
  })
})

describe('a token that was revoked', () => {
  test('opens nothing from then on, and is not listed', async () => {
    const made = await make(alice)
    const kept = await make(alice)
    expect((await call('DELETE', `/auth/tokens/${made.id}`, alice)).status).toBe(204)
    expect((await call('GET', '/auth/me', bearer(made))).status).toBe(401)
    expect((await call('GET', '/auth/me', bearer(kept))).status).toBe(200)
    expect((await listed(alice)).map(({ id }) => id)).toEqual([kept.id])
    expect(await problemOf('DELETE', `/auth/tokens/${made.id}`, alice)).toEqual([
      404,
      'NOT_FOUND',
      'TOKEN_NOT_FOUND',
    ])
  })

  test('was one’s own: those of others are not there', async () => {
    const made = await make(alice)
    for (const id of [made.id, made.token, 'x', '00000000-0000-4000-8000-000000000000'])
      expect((await call('DELETE', `/auth/tokens/${id}`, ada)).status).toBe(404)
    expect((await call('GET', '/auth/me', bearer(made))).status).toBe(200)
  })
})

test('a token stops working the moment its member is gone, and works again when they are back', async () => {
  const made = await make(alice)
  await api.sql(`update member set state = 'gone', gone_at = now() where uid = 'alice'`)
  expect(await problemOf('GET', '/auth/me', bearer(made))).toEqual([403, 'PERMISSION_DENIED', 'MEMBER_GONE'])
  await api.sql(`update member set state = 'present', gone_at = null where uid = 'alice'`)
  expect((await call('GET', '/auth/me', bearer(made))).status).toBe(200)
})

test('it is noted when a token was last used, once a minute', async () => {
  const made = await make(alice)
  const lastUse = async () => (await listed(alice))[0]?.lastUsedAt ?? null
  expect(await lastUse()).toBeNull()
  await call('GET', '/auth/me', bearer(made))
  const first = await lastUse()
  expect(Math.abs(Date.parse(first ?? '') - Date.now())).toBeLessThan(60_000)
  await call('GET', '/auth/me', bearer(made))
  expect(await lastUse()).toBe(first)
  await api.sql(`update api_token set last_used_at = last_used_at - interval '61 seconds'`)
  const earlier = await lastUse()
  await call('GET', '/auth/me', bearer(made))
  expect(Date.parse((await lastUse()) ?? '')).toBeGreaterThan(Date.parse(earlier ?? ''))
})

test('making and revoking are on record, by ids and the network that it was done from', async () => {
  const made = await make(alice, { name: 'secret project' })
  await call('DELETE', `/auth/tokens/${made.id}`, alice)
  const entries = await api.sql(
    `select event, actor_kind, subject_id, via, outcome, details from audit_entry
     where subject_kind = 'api_token' order by at, id`,
  )
  const shared = { actor_kind: 'member', subject_id: made.id, via: 'web' }
  const address = '127.0.0.0/24'
  expect(entries).toEqual([
    { ...shared, event: 'api_token.made', outcome: 'made', details: { scopes: 'read', days: 90, address } },
    { ...shared, event: 'api_token.revoked', outcome: 'revoked', details: { address } },
  ])
})
