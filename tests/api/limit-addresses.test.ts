import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test, type TestContext, vi } from 'vitest'
import { createProcessMetrics } from '../../adapters/metrics/process-metrics.ts'
import type { Settings } from '../../api/context.ts'
import type { AddressLimit } from '../../api/plugins/limit-addresses.ts'
import { buildServer } from '../../api/server.ts'
import type { Problem } from '../../domain/contracts/problem.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { nextServiceToken, serviceToken, startTestApi } from './api-server.ts'

const here = '203.0.113.7'
const elsewhere = '198.51.100.7'

/** An API where an address has three requests a minute; asks it for something from an address. */
async function start(t: TestContext, settings: Partial<Settings> = {}, limit: Partial<AddressLimit> = {}) {
  const addressLimit = { perMinute: 3, remembered: 100, ...limit }
  const { server } = await startTestApi(t, { settings, server: { addressLimit } })
  return (remoteAddress: string, headers: Record<string, string> = {}, url = '/api/v1/auth/me') =>
    server.inject({ url, headers, remoteAddress })
}

type Ask = Awaited<ReturnType<typeof start>>

async function useUp(ask: Ask, from: string, headers: Record<string, string> = {}): Promise<void> {
  for (let time = 0; time < 3; time += 1) expect((await ask(from, headers)).statusCode).toBe(401)
  expect((await ask(from, headers)).statusCode).toBe(429)
}

test('an address that asks too much is refused before anything else, and told when to go on', async (t) => {
  const ask = await start(t)
  await useUp(ask, here)
  const answer = await ask(here)
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(answer.json<Problem>()).toMatchObject({
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    details: { reason: 'ADDRESS_LIMITED' },
  })
  const retryAfterS = Number(answer.headers['retry-after'])
  expect(retryAfterS).toBeGreaterThan(50)
  expect(retryAfterS).toBeLessThanOrEqual(60)
  expect(answer.json<Problem>().detail).toContain(`try again in ${retryAfterS} seconds`)
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  expect((await ask(elsewhere)).statusCode).toBe(401)
})

test('everything counts: pages, what is not there, the description', async (t) => {
  const ask = await start(t)
  for (const [url, status] of [
    ['/login', 200],
    ['/nothing', 404],
    ['/api/v1/openapi.json', 200],
    ['/nothing', 429],
  ] as const)
    expect((await ask(here, {}, url)).statusCode).toBe(status)
})

test.for([
  ['en', 'Too many requests came from your network. Please try again in'],
  ['zh-TW', '你的網路送出太多請求了'],
] as const)('on a page it is a page (%s)', async ([language, sentence], t) => {
  const ask = await start(t)
  await useUp(ask, here)
  const page = await ask(here, { 'accept-language': language }, '/link/some-token')
  expect(page.statusCode).toBe(429)
  expect(Number(page.headers['retry-after'])).toBeGreaterThan(50)
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  expect(page.body).toContain(sentence)
})

test('goes on when the minute is over', async (t) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  cleanUpAfter(t, () => vi.useRealTimers())
  const ask = await start(t)
  await useUp(ask, here)
  vi.setSystemTime(Date.now() + 60_000)
  expect((await ask(here)).statusCode).toBe(401)
})

test('the bot speaks for everybody and is not counted; who only says so is', async (t) => {
  const ask = await start(t)
  for (const token of [serviceToken, nextServiceToken])
    for (let time = 0; time < 5; time += 1)
      expect((await ask(here, { authorization: `Bearer ${token}` })).statusCode).toBe(400)
  await useUp(ask, here, { authorization: `Bearer ${serviceToken}x` })
  expect((await ask(here, { authorization: `Bearer ${serviceToken}` })).statusCode).toBe(400)
})

test('the platform may always ask whether the process lives', async (t) => {
  const ask = await start(t)
  for (let time = 0; time < 5; time += 1) expect((await ask(here, {}, '/healthz')).statusCode).toBe(200)
  await useUp(ask, here)
  for (const url of ['/healthz', '/healthz/?x=1', '/readyz'])
    expect((await ask(here, {}, url)).statusCode).toBe(200)
})

test('whoever has one address of IPv6 has its whole network', async (t) => {
  const ask = await start(t)
  for (const host of ['1', '2:3', 'ffff:0:1'])
    expect((await ask(`2001:db8:0:7::${host}`)).statusCode).toBe(401)
  expect((await ask('2001:db8:0:7::4')).statusCode).toBe(429)
  expect((await ask('2001:db8:0:8::4')).statusCode).toBe(401)
})

test('an address of IPv4 is the same when it comes as one of IPv6', async (t) => {
  const ask = await start(t)
  await useUp(ask, `::ffff:${here}`)
  expect((await ask(here)).statusCode).toBe(429)
  expect((await ask(`::ffff:${elsewhere}`)).statusCode).toBe(401)
})

test('nobody gets a new address by saying so', async (t) => {
  for (const trustedProxies of [[], ['10.0.0.0/8']]) {
    const ask = await start(t, { trustedProxies })
    let number = 0
    const forged = () => ({ 'x-forwarded-for': `198.51.100.${(number += 1)}`, 'x-real-ip': elsewhere })
    for (let time = 0; time < 3; time += 1) expect((await ask(here, forged())).statusCode).toBe(401)
    expect((await ask(here, forged())).statusCode).toBe(429)
    expect((await ask(elsewhere)).statusCode).toBe(401)
  }
})

test('a trusted proxy tells who asks, whatever they told it before', async (t) => {
  const ask = await start(t, { trustedProxies: ['10.0.0.0/8'] })
  let number = 0
  const through = (real: string) => ({ 'x-forwarded-for': `198.51.100.${(number += 1)}, ${real}` })
  for (let time = 0; time < 3; time += 1) expect((await ask('10.1.2.3', through(here))).statusCode).toBe(401)
  expect((await ask('10.9.9.9', through(here))).statusCode).toBe(429)
  expect((await ask(here)).statusCode).toBe(429)
  expect((await ask('10.1.2.3', through(elsewhere))).statusCode).toBe(401)
})

test('what a proxy passes on that is no address counts as one', async (t) => {
  const ask = await start(t, { trustedProxies: ['10.0.0.0/8'] })
  for (let time = 0; time < 3; time += 1)
    expect((await ask('10.1.2.3', { 'x-forwarded-for': `nobody-${time}` })).statusCode).toBe(401)
  expect((await ask('10.1.2.3', { 'x-forwarded-for': 'somebody' })).statusCode).toBe(429)
})

test('no more addresses are remembered than there is room for: the oldest is forgotten', async (t) => {
  const ask = await start(t, {}, { remembered: 2 })
  await useUp(ask, here)
  expect((await ask('198.51.100.1')).statusCode).toBe(401)
  expect((await ask(here)).statusCode).toBe(429)
  expect((await ask('198.51.100.2')).statusCode).toBe(401)
  await useUp(ask, here)
})

test.each([
  ['a login', '/api/v1/auth/login', 'application/json', '{"username":"alice","password":"wrong"}'],
  ['a form', '/login', 'application/x-www-form-urlencoded', 'username=alice&password=wrong'],
  ['a webhook', '/api/v1/hooks/github', 'application/json', '{}'],
])('who sends %s and hangs up at once is no trouble of ours', async (_case, path, type, body) => {
  const api = await startTestApi(undefined, { settings: { githubWebhookSecret: 'what-github-signs-with' } })
  const url = new URL(await api.server.listen({ host: '127.0.0.1', port: 0 }))
  const head = [`POST ${path} HTTP/1.1`, 'Host: x', `Content-Type: ${type}`, `Content-Length: ${body.length}`]
  const heard = once(api.server.server, 'request')
  const socket = connect(Number(url.port), url.hostname)
  await once(socket, 'connect')
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.resetAndDestroy())
  await heard
  expect((await fetch(`${url.origin}/healthz`)).status).toBe(200)
  expect(api.log.filter((line) => /"level":(40|50)/.test(line))).toEqual([])
})

test('ordinarily it is 1,200 a minute', async (t) => {
  const { context } = await startTestApi(t)
  const server = await buildServer({ ...context, metrics: createProcessMetrics() })
  cleanUpAfter(t, () => server.close())
  const statuses = new Map<number, number>()
  for (let time = 0; time < 1210; time += 1) {
    const { statusCode } = await server.inject({ url: '/nothing', remoteAddress: here })
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
  }
  expect(Object.fromEntries(statuses)).toEqual({ 404: 1200, 429: 10 })
})
