import { beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../domain/contracts/problem.ts'
import {
  addLink,
  addList,
  addMember,
  markMirrorRead,
  nextServiceToken,
  serviceToken,
  startTestApi,
  type TestApi,
} from './api-server.ts'
import { describedBy } from './openapi.ts'

const linked = '100000000000000001'
const stranger = '100000000000000002'
const gone = '100000000000000003'
const bearer = { authorization: `Bearer ${serviceToken}` }
let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
  await addLink(api, linked, (await addMember(api, 'alice', { displayName: 'Alice Ålund' })).id)
  await addLink(api, gone, (await addMember(api, 'bob', { gone: true })).id)
  await addList(api, 'news')
  await markMirrorRead(api)
})

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'

async function call(method: Method, path: string, headers: Record<string, string>, payload?: string) {
  const answer = await api.server.inject({
    method,
    url: `/api/v1${path}`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  })
  return {
    status: answer.statusCode,
    headers: answer.headers,
    problem: answer.json<Problem>(),
    text: answer.body,
  }
}

const challenge = async (headers: Record<string, string>) =>
  (await call('GET', '/auth/me', headers)).headers['www-authenticate']

describe('who may', () => {
  test.each([
    ['no credential', {}],
    ['a wrong token', { authorization: 'Bearer not-the-token-not-the-token-not-it' }],
    ['the token as something else', { authorization: `Basic ${serviceToken}` }],
    ['two tokens', { authorization: `Bearer ${serviceToken},${nextServiceToken}` }],
    ['a user without a token', { 'x-discord-user': linked }],
  ])('%s is 401', async (_case, headers) => {
    const { status, problem, headers: answered } = await call('GET', '/auth/me', headers)
    expect(status).toBe(401)
    expect(problem.code).toBe('NOT_AUTHENTICATED')
    expect(answered['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answered['www-authenticate']).toMatch(/^Bearer realm="guildpost"/)
  })

  test('a 401 says whether there was no token or a wrong one (RFC 6750, section 3)', async () => {
    expect(await challenge({})).toBe('Bearer realm="guildpost"')
    expect(await challenge({ authorization: 'Bearer wrong' })).toBe(
      'Bearer realm="guildpost", error="invalid_token"',
    )
    const login = await api.server.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      payload: { username: '', password: '' },
    })
    expect([login.statusCode, login.headers['www-authenticate']]).toEqual([401, 'Bearer realm="guildpost"'])
    const { statusCode, headers } = await api.server.inject('/healthz')
    expect([statusCode, headers['www-authenticate']]).toEqual([200, undefined])
  })

  test('that a 401 has a challenge is in the OpenAPI document', async () => {
    const { operations } = await describedBy(api)
    const without = operations.filter(
      ({ answers }) => answers['401'] && !answers['401'].headers?.['WWW-Authenticate'],
    )
    expect(without.map(({ operation }) => operation)).toEqual([])
  })

  test.each([serviceToken, nextServiceToken])('either token opens (%s)', async (token) => {
    const headers = { authorization: `Bearer ${token}`, 'x-discord-user': linked }
    const answer = await call('GET', '/auth/me', headers)
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toEqual({
      username: 'alice',
      displayName: 'Alice Ålund',
      isAdmin: false,
      via: 'discord',
    })
  })

  test.each(['', '1234', 'alice', '1000000000000000011111', "1' or '1'='1"])(
    'the Discord account %j is 400',
    async (user) => {
      const { status, problem } = await call('GET', '/auth/me', { ...bearer, 'x-discord-user': user })
      expect([status, problem.code]).toEqual([400, 'VALIDATION_ERROR'])
    },
  )

  test('no Discord account is 400', async () => {
    expect((await call('GET', '/auth/me', bearer)).status).toBe(400)
  })

  test('an account that is not linked is 403 NOT_LINKED', async () => {
    const { status, problem } = await call('GET', '/auth/me', { ...bearer, 'x-discord-user': stranger })
    expect([status, problem.code]).toEqual([403, 'NOT_LINKED'])
  })

  test('a member who is gone is 403, but may end their link', async () => {
    const headers = { ...bearer, 'x-discord-user': gone }
    const { status, problem } = await call('GET', '/user/subscriptions', headers)
    expect([status, problem.code]).toEqual([403, 'PERMISSION_DENIED'])
    expect(problem.details).toEqual({ reason: 'MEMBER_GONE' })
    const unlinked = await api.as(gone)('DELETE', '/links/mine')
    expect(unlinked.status).toBe(204)
  })
})

describe('the order of checks', () => {
  const wrong = '{"subscriptions": {"nowhere": "yes"}}'
  const json = { 'content-type': 'application/json' }

  test('401 before everything', async () => {
    expect((await call('PUT', '/user/subscriptions', json, wrong)).status).toBe(401)
    expect((await call('PUT', '/user/subscriptions/%00', {})).status).toBe(401)
  })

  test('403 before 400', async () => {
    const headers = { ...bearer, ...json, 'x-discord-user': stranger }
    expect((await call('PUT', '/user/subscriptions', headers, wrong)).status).toBe(403)
    expect((await call('PUT', '/user/subscriptions', headers, '{')).status).toBe(403)
    expect((await call('GET', '/changes/x?wait=soon', headers)).status).toBe(403)
  })

  test('400 before 404', async () => {
    const headers = { ...bearer, 'x-discord-user': linked }
    expect((await call('GET', '/changes/0190c1d2-0000-7000-8000-000000000000?wait=26', headers)).status).toBe(
      400,
    )
    expect((await call('GET', '/changes/0190c1d2-0000-7000-8000-000000000000?wait=25', headers)).status).toBe(
      404,
    )
  })
})

describe('what can’t be read', () => {
  const headers = { ...bearer, 'x-discord-user': linked, 'content-type': 'application/json' }

  test.each([
    ['malformed', '{"subscriptions": '],
    ['no object', '[]'],
    ['null', 'null'],
    ['a string', '"news"'],
    ['nothing', ''],
    ['more than asked for', '{"subscriptions": {}, "admin": true}'],
    ['a list of names', '{"subscriptions": ["news"]}'],
    ['a poisoned prototype', '{"subscriptions": {"__proto__": {"news": true}}}'],
  ])('%s is 400', async (_case, body) => {
    const { status, problem, text } = await call('PUT', '/user/subscriptions', headers, body)
    expect([status, problem.code]).toEqual([400, 'VALIDATION_ERROR'])
    expect(text).not.toMatch(/ at .*\.ts|node_modules|SyntaxError/)
  })

  test.each([
    [{ subscriptions: {}, admin: true }, [{ path: 'body/admin', message: 'is not known here' }]],
    [{ subscriptions: { news: 'yes' } }, [{ path: 'body/subscriptions/news', message: 'must be boolean' }]],
  ])('%j is told in words for people', async (body, issues) => {
    const { problem } = await call('PUT', '/user/subscriptions', headers, JSON.stringify(body))
    expect(problem.details).toEqual({ issues })
    expect(problem.detail).not.toContain('schema')
  })

  test('another content type is 415', async () => {
    const { status, problem } = await call(
      'PUT',
      '/user/subscriptions',
      { ...headers, 'content-type': 'application/xml' },
      '<subscriptions/>',
    )
    expect([status, problem.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  })

  test('a body of more than 64 KiB is 413', async () => {
    const body = JSON.stringify({ subscriptions: { ['x'.repeat(70_000)]: true } })
    const { status, problem } = await call('PUT', '/user/subscriptions', headers, body)
    expect([status, problem.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })

  test('an empty body with a content type is no body', async () => {
    const answer = await call('PUT', '/user/subscriptions/news', headers, '')
    expect(answer.status).toBe(202)
  })

  test('an address that is not UTF-8 is 400', async () => {
    const { status, problem } = await call('PUT', '/user/subscriptions/%ff%fe', headers)
    expect([status, problem.code]).toEqual([400, 'VALIDATION_ERROR'])
  })
})

describe('what the framework refuses', () => {
  test('a part of the address that is longer than any name is 404, and never logged', async () => {
    const secret = 'x'.repeat(5000)
    const answer = await api.server.inject(`/link/${secret}`)
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([404, 'NOT_FOUND'])
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(answer.headers['x-request-id']).toBeTruthy()
    expect((await api.server.inject(`/link/%ff${secret}`)).statusCode).toBe(400)
    expect(api.log.join('\n')).not.toContain('xxxxx')
  })

  test.each([
    [412, 'PRECONDITION_FAILED', { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    [400, 'VALIDATION_ERROR', { range: 'bytes=99999999-' }],
  ] as const)('a file that is not as its headers ask is %i %s', async (status, code, headers) => {
    const answer = await api.server.inject({ url: '/docs/static/index.css', headers })
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([status, code])
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  })
})

describe('addresses', () => {
  test('a file that does not exist is 404, not a wrong method', async () => {
    const answer = await api.server.inject('/docs/static/nope.css')
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([404, 'NOT_FOUND'])
    expect((await api.server.inject({ method: 'PUT', url: '/docs/static/nope.css' })).statusCode).toBe(405)
  })

  test('one that does not exist is 404, with or without a credential', async () => {
    for (const headers of [{}, { ...bearer, 'x-discord-user': linked }]) {
      const { status, problem } = await call('GET', '/nothing/here', headers)
      expect([status, problem.code]).toEqual([404, 'NOT_FOUND'])
    }
  })

  test('a wrong method is 405 and names the right ones', async () => {
    const { status, problem, headers } = await call('POST', '/user/subscriptions/news', {})
    expect([status, problem.code]).toEqual([405, 'METHOD_NOT_ALLOWED'])
    expect(headers['allow']).toBe('DELETE, PUT')
    expect((await call('DELETE', '/user/subscriptions/?x=1', {})).headers['allow']).toBe(
      'GET, HEAD, PATCH, PUT',
    )
  })

  test('no address takes a QUERY, with or without a content type', async () => {
    for (const headers of [{}, { 'content-type': 'application/json' }]) {
      const query = (url: string) =>
        api.server.inject({ method: 'QUERY', url, headers: { ...bearer, ...headers } })
      const wrong = await query('/api/v1/lists')
      expect([wrong.json<Problem>().code, wrong.headers['allow']]).toEqual([
        'METHOD_NOT_ALLOWED',
        'GET, HEAD',
      ])
      expect((await query('/nothing/here')).json<Problem>().code).toBe('NOT_FOUND')
    }
  })
})

describe('the request id', () => {
  test('is the caller’s own when it is a sane one', async () => {
    const { headers } = await call('GET', '/auth/me', { 'x-request-id': 'abc-123' })
    expect(headers['x-request-id']).toBe('abc-123')
  })

  test.each(['', 'a b', 'x'.repeat(101), '{"evil":1}'])('is a new one instead of %j', async (given) => {
    const { headers } = await call('GET', '/auth/me', { 'x-request-id': given })
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
})

test('problems say no more than they should, and the log says why', async () => {
  await api.sql('alter table discord_link rename to discord_link_away')
  try {
    const { status, problem, text } = await call('GET', '/auth/me', { ...bearer, 'x-discord-user': linked })
    expect([status, problem.code]).toEqual([500, 'INTERNAL'])
    expect(text).not.toMatch(/discord_link|select|relation/)
    expect(api.log.some((line) => line.includes('discord_link') && line.includes('"reqId"'))).toBe(true)
  } finally {
    await api.sql('alter table discord_link_away rename to discord_link')
  }
})

test('no credential is ever logged', () => {
  expect(api.log.join('\n')).not.toContain(serviceToken)
})
