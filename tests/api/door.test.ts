import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { createProcessMetrics } from '../../adapters/metrics/process-metrics.ts'
import { buildServer } from '../../api/server.ts'
import type { Problem } from '../../domain/contracts/problem.ts'
import { newApiToken } from '../../domain/rules/api-token.ts'
import {
  addLink,
  addList,
  addMember,
  markMirrorRead,
  serviceToken,
  startTestApi,
  type TestApi,
} from './api-server.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { sendRaw } from './send-raw.ts'

const account = '100000000000000001'
const byBot = { authorization: `Bearer ${serviceToken}`, 'x-discord-user': account }
const json = { 'content-type': 'application/json' }
let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
  await addLink(api, account, (await addMember(api, 'alice')).id)
  await addList(api, 'news')
  await markMirrorRead(api)
})

const put = (payload: string) =>
  api.server.inject({
    method: 'PUT',
    url: '/api/v1/user/subscriptions',
    headers: { ...byBot, ...json },
    payload,
  })

const nested = (levels: number, [open, close]: [string, string]) =>
  `{"subscriptions":${open.repeat(levels - 1)}1${close.repeat(levels - 1)}}`

describe('a body that is nested', () => {
  test.each<[string, [string, string]]>([
    ['lists', ['[', ']']],
    ['objects', ['{"a":', '}']],
  ])('too deeply, in %s, is refused before anything walks it', async (_case, brackets) => {
    for (const levels of [17, 100, 6000]) {
      const answer = await put(nested(levels, brackets))
      expect([answer.statusCode, answer.json<Problem>().details]).toEqual([400, { reason: 'TOO_DEEP' }])
    }
  })

  test('as deeply as it may be is read, and refused for what it says', async () => {
    const answer = await put(nested(16, ['[', ']']))
    expect(answer.statusCode).toBe(400)
    expect(answer.json<Problem>().detail).toContain('body/subscriptions')
  })

  test('not at all but has as many names as fit is read', async () => {
    const names = Array.from({ length: 7000 }, (_, at) => `"${at.toString(36)}":1`)
    const answer = await put(`{${names.join(',')}}`)
    expect([answer.statusCode, answer.json<Problem>().details?.['reason']]).toEqual([400, undefined])
  })
})

describe('what would change a prototype is refused', () => {
  test.each([
    '{"__proto__": {"polluted": true}}',
    '{"subscriptions": {"news": true, "__proto__": {"polluted": true}}}',
    String.raw`{"subscriptions": {"\u005f_proto__": {"news": true}}}`,
    '{"constructor": {"prototype": {"polluted": true}}}',
    '{"subscriptions": {"constructor": {"prototype": {"polluted": true}}}}',
    '{"subscriptions": {"news": true}, "a": [[{"constructor": {"prototype": {}}}]]}',
    '{"subscriptions": {"__proto__": true}}',
  ])('in JSON: %s', async (body) => {
    const answer = await put(body)
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([400, 'VALIDATION_ERROR'])
    expect(answer.json<Problem>().detail).toContain('can’t be read')
    expectUntouched()
  })

  const names = [
    '__proto__=polluted',
    '__proto__[polluted]=true',
    '__proto__.polluted=true',
    '%5f_proto__[polluted]=true',
    'a[__proto__][polluted]=true',
    'constructor[prototype][polluted]=true',
    'constructor.prototype.polluted=true',
  ]
  test.each(names)('in a query string: %s', async (query) => {
    for (const url of ['/api/v1/lists', '/api/v1/auth/me', '/login', '/healthz']) {
      const answer = await api.server.inject({ url: `${url}?${query}`, headers: byBot })
      expect([url, answer.statusCode]).toEqual([url, 400])
    }
    expectUntouched()
  })

  test.each(names)('in a form: %s', async (payload) => {
    const answer = await api.server.inject({
      method: 'POST',
      url: '/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `username=alice&password=x&${payload}`,
    })
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8'])
    expectUntouched()
  })

  test('but a list may be called constructor', async () => {
    await addList(api, 'constructor')
    const answer = await api.server.inject({
      method: 'PUT',
      url: '/api/v1/user/subscriptions/constructor',
      headers: byBot,
    })
    expect(answer.statusCode).toBe(202)
  })
})

test('who is in the middle of sending does not keep the server from stopping', async (t) => {
  const stopping = await startTestApi(t, { server: { cutOffMs: 100 } })
  const url = await stopping.server.listen({ host: '127.0.0.1', port: 0 })
  const heard = once(stopping.server.server, 'request')
  const slow = sendRaw(
    url,
    'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
  )
  await heard
  await stopping.server.close()
  expect(await slow).toEqual({ status: null, text: '' })
})

describe('who takes too long', () => {
  test('has half a minute, and a little until it is noticed', () => {
    const { requestTimeout, headersTimeout } = api.server.server
    expect([requestTimeout, headersTimeout]).toEqual([30_000, 30_000])
  })

  test.each([
    ['head', 'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-'],
    [
      'body',
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    ],
    [
      'form',
      'POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\na=',
    ],
  ])('with the %s is told so and hung up on, and nobody else', async (_case, bytes) => {
    const impatient = await startTestApi(undefined, { server: { requestTimeoutMs: 200 } })
    const url = await impatient.server.listen({ host: '127.0.0.1', port: 0 })
    const slow = sendRaw(url, bytes)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const { status, text } = await slow
    expect(status).toBe(408)
    expect(text).toContain('content-type: application/problem+json; charset=utf-8')
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({
      status: 408,
      code: 'REQUEST_TIMEOUT',
    })
    expect(impatient.log.filter((line) => /"level":(40|50)/.test(line))).toEqual([])
  })

  test('even a byte at a time', async () => {
    const impatient = await startTestApi(undefined, { server: { requestTimeoutMs: 200 } })
    const url = new URL(await impatient.server.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect(Number(url.port), url.hostname)
    socket.on('error', () => {})
    let said = ''
    socket.on('data', (piece) => (said += piece.toString()))
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n')
    const drip = setInterval(() => socket.writable && socket.write('X: y\r\n'), 20)
    // `once` would give up at the reset that a late byte meets.
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(drip)
    expect(said).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('what is no request at all', () => {
  test.each([
    ['nonsense', `Bearer ${serviceToken}\r\n\r\n`, 400],
    [
      'a head of more than 16 KiB',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${serviceToken.repeat(600)}\r\n\r\n`,
      431,
    ],
    [
      'two lengths',
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\nX: ${serviceToken}\r\n\r\n`,
      400,
    ],
  ])('%s is a problem like every other, and logged nowhere', async (_case, bytes, expected) => {
    const traced = await startTestApi()
    traced.context.log.level = 'trace'
    const url = await traced.server.listen({ host: '127.0.0.1', port: 0 })
    const { status, text } = await sendRaw(url, bytes)
    expect(status).toBe(expected)
    const problem = JSON.parse(text.slice(text.indexOf('\r\n\r\n'))) as Problem
    expect(problem).toMatchObject({ status: expected, code: 'VALIDATION_ERROR' })
    // Neither as text nor as a list of its bytes.
    expect(traced.log.join()).not.toMatch(/rawPacket|the-bot-may/)
  })
})

test('an error may be full of secrets: none of them is answered or logged', async (t) => {
  const secrets = {
    bearer: 'bearer-of-somebody-0123456789',
    token: newApiToken(),
    password: 'p@ss-of-the-database',
    link: 'a-link-that-nobody-else-may-see',
    bot: `MTAwMDAwMDAwMDAwMDAwMDAx.GaBcDe.${'x'.repeat(38)}`,
    cookie: 'session-of-somebody',
  }
  const message = [
    `Bearer ${secrets.bearer} and ${secrets.token}`,
    `postgres://guildpost:${secrets.password}@db.example.org/guildpost`,
    `https://lists.example.org/link/${secrets.link} and /undo/${secrets.link}`,
    `Bot ${secrets.bot}, ${secrets.bot}`,
    `cookie: guildpost_session=${secrets.cookie}`,
    JSON.stringify({ username: 'alice', password: secrets.password }),
  ].join('; ')
  const broken = await startTestApi(t, {
    authenticate: async () => {
      throw Object.assign(new Error(message, { cause: new Error(message) }), {
        config: { headers: { authorization: secrets.bearer, 'set-cookie': [secrets.cookie] } },
        password: secrets.password,
      })
    },
  })
  const answer = await broken.server.inject({
    method: 'POST',
    url: '/api/v1/auth/login',
    payload: { username: 'alice', password: secrets.password },
  })
  expect(answer.statusCode).toBe(503)
  const logged = broken.log.join('\n')
  expect(logged).toContain('did not answer whether a password is right')
  expect(logged).toContain('[hidden]')
  for (const secret of Object.values(secrets)) {
    expect(logged).not.toContain(secret)
    expect(answer.body).not.toContain(secret)
  }
})

test('until the database has said whose it is nothing is served but how the process is', async (t) => {
  const metrics = createProcessMetrics()
  const server = await buildServer({ ...api.context, metrics, isInstalled: () => false })
  cleanUpAfter(t, () => server.close())
  for (const url of ['/login', '/link/some-token', '/metrics', '/api/v1/openapi.json', '/api/v1/auth/me']) {
    const answer = await server.inject({ url, headers: byBot })
    expect([url, answer.statusCode, answer.headers['retry-after']]).toEqual([url, 503, '10'])
  }
  for (const url of ['/healthz', '/readyz'])
    expect([url, (await server.inject(url)).statusCode]).toEqual([url, 200])
})

function expectUntouched(): void {
  const fresh: Record<string, unknown> = {}
  expect([fresh['news'], fresh['polluted'], Object.keys(Object.prototype)]).toEqual([
    undefined,
    undefined,
    [],
  ])
}
