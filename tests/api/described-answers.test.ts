import { describe, expect, test } from 'vitest'
import { type CallerName, gatherCast } from './cast.ts'
import { type Described, describedBy } from './openapi.ts'

const cast = await gatherCast()
const { operations } = await describedBy(cast.api)
const writes = operations.filter(({ method }) => method !== 'GET')

const callers: CallerName[] = ['admin by the bot', 'admin in the browser', 'admin by token']

function ask(
  { method, path }: Pick<Described, 'method' | 'path'>,
  caller: CallerName,
  { payload, headers = {} }: { payload?: string; headers?: Record<string, string> } = {},
) {
  const url = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => cast.known[name] ?? 'unknown')
  return cast.api.server.inject({
    method,
    url,
    headers: { ...cast.as[caller], ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
}

const named = (operation: string): Described => {
  const found = operations.find((one) => one.operation === operation)
  if (!found) throw new Error(`${operation} is not described`)
  return found
}

/** Those that the answers of this status are said to have. */
const headersOf = ({ answers }: Described, status: number): string[] =>
  Object.keys(answers[status]?.headers ?? {}).map((name) => name.toLowerCase())

describe.each(writes)('$operation', (described) => {
  test.each([
    ['of another type', { payload: 'hello', headers: { 'content-type': 'text/plain' } }],
    [
      'that is too large',
      { payload: JSON.stringify('x'.repeat(300_000)), headers: { 'content-type': 'application/json' } },
    ],
  ])('says how a body %s is answered, whether it needs one or not', async (_which, sent) => {
    for (const caller of callers) {
      const { statusCode } = await ask(described, caller, sent)
      expect(Object.keys(described.answers), `to the ${caller}`).toContain(String(statusCode))
    }
  })
})

test('what was accepted says where to read it, and what has to wait says for how long', () => {
  for (const described of operations) {
    const { operation, answers, path } = described
    const isProblem = (status: number) => 'application/problem+json' in (answers[status]?.content ?? {})
    const saysWhere = headersOf(described, 202).includes('location')
    expect(saysWhere, `of ${operation}`).toBe('202' in answers && !path.includes('/hooks/'))
    for (const status of [429, 503])
      expect(headersOf(described, status).includes('retry-after'), `${operation} ${status}`).toBe(
        isProblem(status),
      )
  }
  // The last wrong code of a mail.
  expect(headersOf(named('POST /api/v1/links/code'), 403)).toContain('retry-after')
})

test('the headers that are described are those that come', async () => {
  await cast.restore()
  const read = named('GET /api/v1/user/subscriptions')
  const write = named('PATCH /api/v1/user/subscriptions')
  const seen = await ask(read, 'member by the bot')
  const payload = JSON.stringify({ subscriptions: { other: true } })
  const asked = {
    payload,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'twice', 'if-match': 'none' },
  }
  const refused = await ask(write, 'member by the bot', asked)
  const match = { ...asked, headers: { ...asked.headers, 'if-match': String(seen.headers['etag']) } }
  const accepted = await ask(write, 'member by the bot', match)
  const again = await ask(write, 'member by the bot', match)
  const unchanged = await ask(read, 'member by the bot', {
    headers: { 'if-none-match': String((await ask(read, 'member by the bot')).headers['etag']) },
  })
  expect([seen, refused, accepted, again, unchanged].map((one) => one.statusCode)).toEqual([
    200, 412, 202, 202, 304,
  ])
  for (const [operation, answer] of [
    [read, seen],
    [read, unchanged],
    [write, again],
  ] as const)
    for (const name of headersOf(operation, answer.statusCode))
      expect(answer.headers, `${operation.operation} ${answer.statusCode}`).toHaveProperty(name)
  expect(headersOf(write, 202).toSorted()).toEqual([
    'idempotent-replayed',
    'location',
    'ratelimit-limit',
    'ratelimit-remaining',
    'ratelimit-reset',
  ])
  expect([headersOf(read, 200), headersOf(read, 304)]).toEqual([['etag'], ['etag']])
})

test('what may be sent along is described', () => {
  const sent = (operation: string) =>
    named(operation)
      .parameters.filter((one) => one.in === 'header')
      .map(({ name }) => name)
  expect(sent('PUT /api/v1/user/subscriptions')).toContain('if-match')
  expect(sent('GET /api/v1/user/subscriptions')).toContain('if-none-match')
  expect(sent('POST /api/v1/hooks/github')).toEqual(['x-github-event', 'x-github-delivery'])
  expect(named('POST /api/v1/hooks/github').body).not.toBeNull()
})

test('who tells by a webhook brings a credential of its own', async () => {
  type Operation = { security: object[]; requestBody?: { required: boolean } }
  const document = (await cast.api.server.inject('/api/v1/openapi.json')).json<{
    paths: Record<string, Record<string, Operation>>
    components: { securitySchemes: Record<string, { name?: string }> }
  }>()
  const security = (path: string) => document.paths[path]?.['post']?.security
  expect(security('/api/v1/hooks/github')).toEqual([{ githubSignature: [] }])
  expect(security('/api/v1/hooks/alertmanager')).toEqual([{ alertmanagerToken: [] }])
  expect(document.components.securitySchemes['githubSignature']?.name).toBe('x-hub-signature-256')
  // Nobody is somebody there, and so nobody is not allowed.
  for (const hook of ['github', 'alertmanager'])
    expect(named(`POST /api/v1/hooks/${hook}`).answers).not.toHaveProperty('403')
  const bodyOf = (path: string) => document.paths[path]?.['post']?.requestBody?.required
  expect(bodyOf('/api/v1/admin/changes/{id}/deny')).toBe(false)
  expect(bodyOf('/api/v1/admin/holds/{id}/deny')).toBe(true)
})
