import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { newApiToken } from '../../../domain/rules/api-token.ts'
import { hashOf } from '../../../domain/rules/secret-hash.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { addList, markMirrorRead } from '../api-server.ts'
import { passwordOf, type Session, type SigningIn, startSigningIn } from './signing-in.ts'

let signing: SigningIn
beforeEach(async (t) => {
  signing = await startSigningIn(t)
})

const me = (headers: Record<string, string>) => signing.call('GET', '/auth/me', { headers })
const logIn = (body: unknown, headers: Record<string, string> = {}) =>
  signing.call('POST', '/auth/login', { body, headers })
const right = { username: 'alice', password: passwordOf('alice') }
const subscribe = (headers: Record<string, string>) =>
  signing.call('PUT', '/user/subscriptions/news', { headers })
const writing = ({ cookie, csrfToken }: Session) => ({ cookie, 'x-csrf-token': csrfToken })

describe('the cookies', () => {
  test('keep the session from scripts and from other sites', async () => {
    const { setCookies } = await logIn(right)
    expect(setCookies).toEqual([
      expect.stringMatching(
        /^guildpost_session=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/,
      ),
      expect.stringMatching(/^guildpost_csrf=[\w-]+; Max-Age=1209600; Path=\/; SameSite=Lax$/),
    ])
  })

  test('are secure behind https, and the session’s can be set by no other host', async (t) => {
    signing = await startSigningIn(t, { settings: { url: 'https://lists.example.org' } })
    const { setCookies } = await logIn(right)
    expect(setCookies).toEqual([
      expect.stringMatching(
        /^__Host-guildpost_session=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
      expect.stringMatching(/^guildpost_csrf=[\w-]+; Max-Age=1209600; Path=\/; Secure; SameSite=Lax$/),
    ])
    const secret = /=([\w-]{43});/.exec(setCookies[0] ?? '')?.[1]
    expect((await me({ cookie: `__Host-guildpost_session=${secret}` })).status).toBe(200)
    expect((await me({ cookie: `guildpost_session=${secret}` })).status).toBe(401)
    const document = (await signing.api.server.inject('/api/v1/openapi.json')).json<{
      components: { securitySchemes: { session: object } }
    }>()
    expect(document.components.securitySchemes.session).toMatchObject({ name: '__Host-guildpost_session' })
  })
})

describe('a session', () => {
  test('that was planted before the login is dead after it', async () => {
    const planted = await signing.signIn('ada')
    const own = await signing.signIn('alice', { cookie: planted.cookie })
    expect(own.secret).not.toBe(planted.secret)
    expect(own.csrfToken).not.toBe(planted.csrfToken)
    expect((await me({ cookie: planted.cookie })).status).toBe(401)
    expect((await me({ cookie: own.cookie })).json()).toMatchObject({ username: 'alice', isAdmin: false })
  })

  test('is never one that the browser brought', async () => {
    const planted = 'A'.repeat(43)
    const own = await signing.signIn('alice', { cookie: `guildpost_session=${planted}` })
    expect(own.secret).not.toBe(planted)
    expect((await me({ cookie: `guildpost_session=${planted}` })).status).toBe(401)
  })

  test('survives a wrong password that is typed in its browser', async () => {
    const { cookie } = await signing.signIn('alice')
    const refused = await logIn({ ...right, password: 'wrong' }, { cookie })
    expect([refused.status, refused.setCookies]).toEqual([401, []])
    expect((await me({ cookie })).status).toBe(200)
  })

  test('is kept as a hash, and appears in no log line', async () => {
    const { secret, csrfToken } = await signing.signIn('alice')
    await me({ cookie: `guildpost_session=${secret}` })
    const kept = await signing.api.sql('select token_hash, csrf_secret, address, agent from session')
    expect(kept).toEqual([
      {
        token_hash: createHash('sha256').update(secret).digest(),
        csrf_secret: expect.stringMatching(/^[\w-]{24}$/),
        address: '127.0.0.0/24',
        agent: 'node',
      },
    ])
    const log = signing.api.log.join('\n')
    for (const hidden of [secret, csrfToken, right.password]) expect(log).not.toContain(hidden)
  })

  test('ends on the server when its browser signs out', async () => {
    const session = await signing.signIn('alice')
    const answer = await signing.call('POST', '/auth/logout', { headers: writing(session) })
    expect(answer.status).toBe(204)
    expect(answer.setCookies).toEqual([
      expect.stringMatching(/^guildpost_session=; .*Expires=Thu, 01 Jan 1970/),
      expect.stringMatching(/^guildpost_csrf=; .*Expires=Thu, 01 Jan 1970/),
    ])
    expect((await me({ cookie: session.cookie })).status).toBe(401)
  })

  test('that ends, and a token that is made or revoked, leaves the network it was done from', async () => {
    const session = await signing.signIn('alice')
    const headers = { ...writing(session), 'x-request-id': 'alice-was-here' }
    const made = await signing.call('POST', '/auth/tokens', {
      headers,
      body: { name: 'mine', scopes: ['read'] },
    })
    await signing.call('DELETE', `/auth/tokens/${made.json<{ id: string }>().id}`, { headers })
    await signing.call('POST', '/auth/logout', { headers })
    const entries = await signing.api.sql(
      `select event, details ->> 'address' as address, request_id from audit_entry order by at, id`,
    )
    const from = { address: '127.0.0.0/24' }
    // What a caller chose as the id of a request is not kept for good.
    expect(entries).toEqual([
      { event: 'session.opened', ...from, request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
      { event: 'api_token.made', ...from, request_id: null },
      { event: 'api_token.revoked', ...from, request_id: null },
      { event: 'session.ended', ...from, request_id: null },
    ])
  })

  test('is ended at once from another browser of the same member, and by nobody else', async () => {
    const here = await signing.signIn('alice', { 'user-agent': 'here' })
    const there = await signing.signIn('alice', { 'user-agent': 'there' })
    const other = await signing.signIn('ada')
    const listed = await signing.call('GET', '/auth/sessions', { headers: { cookie: here.cookie } })
    expect(listed.json()).toMatchObject({
      items: [
        { id: there.id, agent: 'there', address: '127.0.0.0/24', current: false },
        { id: here.id, agent: 'here', current: true },
      ],
    })
    const end = (id: string, by: Session) =>
      signing.call('DELETE', `/auth/sessions/${id}`, { headers: writing(by) })
    expect((await end(there.id, other)).status).toBe(404)
    expect((await end('no-uuid', here)).status).toBe(404)
    expect((await me({ cookie: there.cookie })).status).toBe(200)
    expect((await end(there.id, here)).status).toBe(204)
    expect((await me({ cookie: there.cookie })).status).toBe(401)
    expect((await end(there.id, here)).status).toBe(404)
  })

  test('is one of fifty at most: the oldest ends for a new one, on record, and all are listed', async () => {
    const oldest = await signing.signIn('alice')
    await signing.api.sql(
      `insert into session (id, token_hash, csrf_secret, member_id, address, agent, expires_at)
       select gen_random_uuid(), sha256(n::text::bytea), '', $1, '', '', now() + interval '1 day'
       from generate_series(1, 49) n`,
      [signing.ids.alice],
    )
    const others = await signing.signIn('ada')
    const newest = await signing.signIn('alice')
    expect((await me({ cookie: oldest.cookie })).status).toBe(401)
    expect((await me({ cookie: others.cookie })).status).toBe(200)
    const listed = await signing.call('GET', '/auth/sessions', { headers: { cookie: newest.cookie } })
    expect(listed.json<{ items: unknown[] }>().items).toHaveLength(50)
    expect(
      await signing.api.sql(`select subject_id, outcome from audit_entry where event = 'session.ended'`),
    ).toEqual([{ subject_id: oldest.id, outcome: 'too_many' }])
  })

  test('that is too old is none', async () => {
    const { cookie } = await signing.signIn('alice')
    await signing.api.sql(`update session set expires_at = expires_at - interval '14 days'`)
    expect((await me({ cookie })).status).toBe(401)
    const now = await signing.signIn('alice')
    const listed = await signing.call('GET', '/auth/sessions', { headers: { cookie: now.cookie } })
    expect(listed.json<{ items: { id: string }[] }>().items.map(({ id }) => id)).toEqual([now.id])
  })

  test('of somebody who is gone from the directory does nothing but end', async () => {
    const session = await signing.signIn('alice')
    await signing.api.sql(`update member set state = 'gone', gone_at = now() where id = $1`, [
      signing.ids.alice,
    ])
    expect((await me({ cookie: session.cookie })).json()).toMatchObject({
      details: { reason: 'MEMBER_GONE' },
    })
    expect((await signing.call('POST', '/auth/logout', { headers: writing(session) })).status).toBe(204)
  })
})

test.each(['Basic YWxpY2U6c2luZ3M=', 'Bearer'])(
  'the header “Authorization: %s” is not made good by a session beside it',
  async (authorization) => {
    const { cookie } = await signing.signIn('alice')
    expect((await me({ cookie })).status).toBe(200)
    expect((await me({ cookie, authorization })).status).toBe(401)
  },
)

describe('a write by cookie', () => {
  beforeEach(async () => {
    await addList(signing.api, 'news')
    await markMirrorRead(signing.api)
  })
  test.each<[string, number, (own: Session) => Promise<Record<string, string>>]>([
    ['without a token', 403, async ({ cookie }) => ({ cookie })],
    ['with an empty token', 403, async ({ cookie }) => ({ cookie, 'x-csrf-token': '' })],
    [
      'with the token of another session',
      403,
      async ({ cookie }) => ({ cookie, 'x-csrf-token': (await signing.signIn('ada')).csrfToken }),
    ],
    [
      'with the token from before the last login',
      403,
      async (own) => {
        const { cookie } = await signing.signIn('alice', { cookie: own.cookie })
        return { cookie, 'x-csrf-token': own.csrfToken }
      },
    ],
    ['with its own token', 202, async (own) => writing(own)],
  ])('%s is answered %i', async (_case, status, headersFor) => {
    const answer = await subscribe(await headersFor(await signing.signIn('alice')))
    const { details } = answer.json<{ details?: { reason: string } }>()
    expect([answer.status, details?.reason]).toEqual([
      status,
      status === 403 ? 'CSRF_TOKEN_INVALID' : undefined,
    ])
    expect(await signing.api.sql('select 1 from change')).toHaveLength(status === 403 ? 0 : 1)
  })

  test('is not helped by a bearer token, and a bearer call needs no CSRF token', async () => {
    const { cookie } = await signing.signIn('alice')
    const token = newApiToken()
    await signing.api.sql(
      `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
       values ($1, $2, $3, 'mine', '{subscriptions}', now() + interval '1 day')`,
      [newId(), hashOf(token), signing.ids.alice],
    )
    expect((await subscribe({ cookie, authorization: 'Bearer no-token-of-ours' })).status).toBe(401)
    expect((await subscribe({ cookie, authorization: `Bearer ${token}` })).status).toBe(202)
  })
})

describe('the login', () => {
  test.each([
    ['another origin', 'https://evil.example', 403],
    ['an origin that begins as ours', 'http://127.0.0.1.evil.example', 403],
    ['a page that hides its origin', 'null', 403],
    ['an origin that is listed', 'https://members.example.org', 200],
  ])('from %s', async (_case, origin, status) => {
    Object.assign(signing.api.context.settings, { corsOrigins: ['https://members.example.org'] })
    const answer = await logIn(right, { origin })
    expect(answer.status).toBe(status)
    expect(signing.directory.tried).toEqual(status === 200 ? ['alice'] : [])
    expect(answer.setCookies.length > 0).toBe(status === 200)
  })

  test('from another origin is refused before its body is looked at', async () => {
    expect((await logIn({ username: 7 }, { origin: 'https://evil.example' })).status).toBe(403)
  })

  test('from our own origin', async () => {
    expect((await logIn(right, { origin: signing.url })).status).toBe(200)
  })

  // What a form of another site can send without asking the browser first.
  test.each([
    ['application/x-www-form-urlencoded', `username=alice&password=${encodeURIComponent(right.password)}`],
    ['text/plain', JSON.stringify(right)],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="username"\r\n\r\nalice',
    ],
  ])('takes no %s', async (type, body) => {
    const answer = await signing.call('POST', '/auth/login', { body, headers: { 'content-type': type } })
    expect([answer.status, answer.json<{ code: string }>().code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    expect(signing.directory.tried).toEqual([])
  })

  test.each([
    ['an empty password', { username: 'alice', password: '' }],
    ['a password of blanks', { username: 'alice', password: ' \u3000\u00a0 ' }],
    ['a password of a tab', { username: 'alice', password: '\t' }],
    ['an empty user name', { username: '', password: right.password }],
    ['a user name of blanks', { username: ' \u2003', password: right.password }],
    ['no password', { username: 'alice' }],
    ['a password that is no text', { username: 'alice', password: [right.password] }],
  ])('with %s is refused before the directory hears of it', async (_case, body) => {
    expect([400, 401]).toContain((await logIn(body)).status)
    expect(signing.directory.tried).toEqual([])
  })

  test('says the same of a wrong password and of nobody’s name', async () => {
    const wrong = await logIn({ ...right, password: 'wrong' })
    const unknown = await logIn({ username: 'nobody-of-that-name', password: 'wrong' })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(unknown.text).toBe(wrong.text)
  })

  test('that no password was tried for leaves one entry for each reason in a quarter of an hour', async () => {
    const wrong = { ...right, password: 'wrong' }
    for (const _time of [1, 2, 3, 4, 5, 6, 7]) await logIn(wrong)
    signing.directory.isAway = true
    for (const _time of [1, 2]) expect((await logIn({ ...right, username: 'ada' })).status).toBe(503)
    signing.directory.isAway = false
    Object.assign(signing.api.context.directory, { readAdmins: () => Promise.reject(new Error('gone')) })
    for (const _time of [1, 2])
      expect((await logIn({ username: 'ada', password: passwordOf('ada') })).status).toBe(503)
    const entries = await signing.api.sql(
      'select event, subject_id, outcome, details from audit_entry order by at, id',
    )
    const refused = { event: 'login.refused', details: { address: '127.0.0.0/24' } }
    const { alice, ada } = signing.ids
    expect(entries).toEqual([
      ...[1, 2, 3, 4, 5].map(() => ({ ...refused, subject_id: alice, outcome: 'wrong_password' })),
      { ...refused, subject_id: 'unknown', outcome: 'limited' },
      { ...refused, subject_id: 'unknown', outcome: 'directory_away' },
      { ...refused, subject_id: ada, outcome: 'directory_away' },
    ])
  })

  test('leaves who, by which door, from which network and how it went, and no name', async () => {
    await logIn({ username: 'Alice', password: 'wrong' })
    await logIn({ username: 'a password in the wrong field', password: 'wrong' })
    await logIn({ username: 'newcomer', password: passwordOf('newcomer') })
    const { id } = await signing.signIn('alice')
    const entries = await signing.api.sql(
      'select actor_kind, actor_id, event, subject_kind, subject_id, via, outcome, details from audit_entry order by at, id',
    )
    const { alice } = signing.ids
    const refused = { actor_kind: 'member', actor_id: null, event: 'login.refused', subject_kind: 'member' }
    const from = { via: 'web', details: { address: '127.0.0.0/24' } }
    expect(entries).toEqual([
      { ...refused, ...from, subject_id: alice, outcome: 'wrong_password' },
      { ...refused, ...from, subject_id: 'unknown', outcome: 'wrong_password' },
      { ...refused, ...from, subject_id: 'unknown', outcome: 'unknown_member' },
      {
        actor_kind: 'member',
        actor_id: alice,
        event: 'session.opened',
        subject_kind: 'session',
        subject_id: id,
        ...from,
        outcome: 'accepted',
      },
    ])
  })
})
