import { permissions } from '../../domain/rules/permissions.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { markMirrorRead, metricsToken, serviceToken, startTestApi, type TestApi } from './api-server.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await markMirrorRead(api)
  await api.sql('update installation set worker_seen_at = now()')
})

const get = (url: string, headers: Record<string, string> = {}) =>
  api.server.inject({ method: 'GET', url, headers })

test('/healthz is 200 while the process lives', async () => {
  const answer = await get('/healthz')
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }])
})

const never = () => new Promise<boolean>(() => undefined)
const fails = async (): Promise<boolean> => {
  throw new Error('refused')
}

describe('/readyz', () => {
  test('is ok when everything is up', async () => {
    const answer = await get('/readyz')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      status: 'ok',
      checks: {
        postgres: 'up',
        schema: 'up',
        jobs: 'up',
        redis: 'up',
        ldap: 'up',
        mirror: 'up',
        workers: 'up',
      },
    })
  })

  test('is degraded, in time, when what it can do without is down or silent', async (t) => {
    const degraded = await startTestApi(t, { probes: { jobs: never, redis: fails, ldap: async () => false } })
    const answer = await degraded.server.inject('/readyz')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      status: 'degraded',
      checks: {
        postgres: 'up',
        schema: 'up',
        jobs: 'down',
        redis: 'down',
        ldap: 'down',
        mirror: 'down',
        workers: 'down',
      },
    })
  })

  test('says that no worker lives when none has said so for half a minute', async (t) => {
    const left = await startTestApi(t)
    await left.sql(`update installation set worker_seen_at = now() - interval '31 seconds'`)
    expect((await left.server.inject('/readyz')).json()).toMatchObject({
      status: 'degraded',
      checks: { postgres: 'up', workers: 'down' },
    })
  })

  test('is 503 with an old schema, which is not said to be Postgres, and asks only every two seconds', async (t) => {
    let asked = 0
    const counted = async () => {
      asked += 1
      return true
    }
    const old = await startTestApi(t, { probes: { redis: counted } })
    await old.sql(`delete from schema_migration where name = '006-outbox'`)
    for (const _time of [1, 2, 3]) {
      const answer = await old.server.inject('/readyz')
      expect(answer.statusCode).toBe(503)
      expect(answer.json()).toMatchObject({
        status: 'unavailable',
        checks: { postgres: 'up', schema: 'down' },
      })
    }
    expect(asked).toBe(1)
  })

  test('is 503 without any schema and without Postgres', async (t) => {
    const bare = await startTestApi(t)
    await bare.sql('drop table schema_migration')
    const withoutSchema = await bare.server.inject('/readyz')
    expect(withoutSchema.statusCode).toBe(503)
    expect(withoutSchema.json()).toMatchObject({ checks: { postgres: 'up', schema: 'down' } })
    const away = await startTestApi(t)
    await away.context.db.destroy()
    const withoutPostgres = await away.server.inject('/readyz')
    expect(withoutPostgres.statusCode).toBe(503)
    expect(withoutPostgres.json()).toMatchObject({ checks: { postgres: 'down', schema: 'down' } })
    expect((await away.server.inject('/healthz')).statusCode).toBe(200)
  })
})

describe('/metrics', () => {
  test('shows requests by the pattern of their route to whoever has the token', async () => {
    await get('/api/v1/lists/some-name')
    const answer = await get('/metrics', { authorization: `Bearer ${metricsToken}` })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toContain('text/plain')
    expect(answer.body).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/lists\/:name",status="401"\} 1/,
    )
    expect(answer.body).toContain('process_resident_memory_bytes')
    expect(answer.body).not.toContain('some-name')
  })

  test.each(['', 'Bearer guess'])('is 401 with %j', async (authorization) => {
    expect((await get('/metrics', { authorization })).statusCode).toBe(401)
  })

  test('is 403 with the bot’s own token', async () => {
    const answer = await get('/metrics', { authorization: `Bearer ${serviceToken}` })
    expect([answer.statusCode, answer.json()['code']]).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('is 400 with X-Discord-User, which goes with the service token only', async () => {
    const headers = { 'x-discord-user': '100000000000000001' }
    const answer = await get('/metrics', { ...headers, authorization: `Bearer ${metricsToken}` })
    expect([answer.statusCode, answer.json()['code']]).toEqual([400, 'VALIDATION_ERROR'])
    expect((await get('/metrics', headers)).statusCode).toBe(401)
  })

  test('is 401 for everybody when no token is set', async (t) => {
    const without = await startTestApi(t, { settings: { metricsToken: null } })
    const headers = { authorization: 'Bearer null' }
    expect((await without.server.inject({ url: '/metrics', headers })).statusCode).toBe(401)
  })
})

describe('the OpenAPI document', () => {
  type Operation = {
    summary?: string
    'x-discord'?: boolean
    security?: object[]
    parameters?: { name: string; in: string }[]
    responses: Record<string, { content?: Record<string, { schema: object }> }>
  }
  type Document = {
    openapi: string
    paths: Record<string, Record<string, Operation>>
    components: { schemas: object }
  }

  const read = async (): Promise<Document> => (await get('/api/v1/openapi.json')).json<Document>()
  const operations = ({ paths }: Document) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )

  test('describes every route of the API', async () => {
    const { headers } = await get('/api/v1/openapi.json')
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
    const document = await read()
    expect(document.openapi).toBe('3.1.0')
    const described = operations(document).map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    const rows = Object.keys(permissions).map((row) => row.replaceAll(/:(\w+)/g, '{$1}'))
    expect(described.toSorted()).toEqual(rows.toSorted())
  })

  test('marks what the service token opens, and says how to ask', async () => {
    const open = operations(await read()).filter(({ operation }) => operation['x-discord'] === true)
    expect(open.length).toBeGreaterThan(14)
    for (const { path, method, operation } of open) {
      expect(path).toMatch(/^\/api\/v1\//)
      expect(path).not.toMatch(/\/auth\/(?!me$)|export/)
      expect(operation.security).toContainEqual({ serviceToken: [] })
      const headers = new Set(
        (operation.parameters ?? []).filter((one) => one.in === 'header').map(({ name }) => name),
      )
      expect(headers.has('x-discord-user')).toBe(!['/api/v1/bot', '/api/v1/bot/lease'].includes(path))
      // Their answers hold what nobody may keep, or change nothing twice.
      const never = [
        '/api/v1/bot',
        '/api/v1/bot/lease',
        '/api/v1/links',
        '/api/v1/links/mail',
        '/api/v1/links/mine/role',
        '/api/v1/admin/notice-rules/test',
      ]
      const once = method !== 'get' && !never.includes(path)
      expect(headers.has('idempotency-key')).toBe(once)
    }
  })

  test('gives every operation a summary and its problems', async () => {
    for (const { operation } of operations(await read())) {
      expect(operation.summary).toBeTruthy()
      const statuses = Object.keys(operation.responses)
      expect(statuses).toEqual(expect.arrayContaining(['500', '503']))
      for (const status of statuses.filter((one) => Number(one) >= 400 && one !== '503'))
        expect(operation.responses[status]?.content).toEqual({
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        })
    }
  })

  test('names its shared schemas once, and every reference leads somewhere', async () => {
    const document = await read()
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['ApiToken', 'Change', 'List', 'Problem', 'Session', 'Subscription']),
    )
    const text = JSON.stringify(document)
    expect(text).not.toContain('"$id"')
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(document.components.schemas).toHaveProperty(name ?? '')
  })

  test('has a reader that loads nothing from elsewhere', async () => {
    const answer = await get('/docs/')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'")
    expect(answer.body).not.toMatch(/(src|href)="https?:/)
  })
})
