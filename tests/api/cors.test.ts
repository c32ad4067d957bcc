import { describe, expect, test, type TestContext } from 'vitest'
import { startTestApi } from './api-server.ts'

const origin = 'https://members.example.org'

async function start(t: TestContext, corsOrigins: string[]) {
  const { server } = await startTestApi(t, { settings: { corsOrigins } })
  return async (method: 'GET' | 'OPTIONS', url: string, headers: Record<string, string>) => {
    const answer = await server.inject({ method, url, headers })
    const granted = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))
    return { status: answer.statusCode, headers: answer.headers, granted }
  }
}

const asking = { 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'if-match' }

describe('a browser', () => {
  test('at a listed origin may call with credentials, and read what the answer says', async (t) => {
    const call = await start(t, ['https://other.example.org', origin])
    const before = await call('OPTIONS', '/api/v1/user/subscriptions', { origin, ...asking })
    expect(before.status).toBe(204)
    expect(before.headers['access-control-allow-methods']).toBe('GET, HEAD, PUT, PATCH, POST, DELETE')
    for (const name of ['If-Match', 'X-CSRF-Token'])
      expect(before.headers['access-control-allow-headers']).toContain(name)

    const { status, headers } = await call('GET', '/api/v1/user/subscriptions', { origin })
    expect(status).toBe(401)
    expect(headers['access-control-allow-origin']).toBe(origin)
    expect(headers['access-control-allow-credentials']).toBe('true')
    expect(headers['vary']).toContain('Origin')
    for (const name of ['Location', 'ETag', 'Retry-After', 'RateLimit-Remaining', 'Idempotent-Replayed'])
      expect(headers['access-control-expose-headers']).toContain(name)
  })

  test('at any other origin gets no header of this kind', async (t) => {
    const call = await start(t, [origin])
    for (const other of [
      'https://evil.example',
      `${origin}.evil.example`,
      'http://members.example.org',
      'null',
    ]) {
      const before = await call('OPTIONS', '/api/v1/lists', { origin: other, ...asking })
      expect([before.status, before.granted]).toEqual([405, []])
      expect((await call('GET', '/api/v1/lists', { origin: other })).granted).toEqual([])
    }
  })

  test('may not read the pages for people, not even from a listed origin', async (t) => {
    const call = await start(t, [origin])
    expect((await call('GET', '/link/some-token', { origin })).granted).toEqual([])
  })
})

test('without any listed origin nobody gets such a header', async (t) => {
  const call = await start(t, [])
  expect((await call('GET', '/api/v1/openapi.json', { origin })).granted).toEqual([])
  expect((await call('OPTIONS', '/api/v1/lists', { origin, ...asking })).status).toBe(405)
})

test('an address that does not exist stays 404, and a wrong method 405', async (t) => {
  const call = await start(t, [origin])
  expect((await call('GET', '/api/v1/nothing', { origin })).status).toBe(404)
  expect((await call('OPTIONS', '/api/v1/nothing', {})).status).toBe(404)
  expect((await call('OPTIONS', '/api/v1/lists', {})).headers['allow']).toBe('GET, HEAD')
})
