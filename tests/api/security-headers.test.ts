import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { addLink, addMember, serviceToken, startTestApi, type TestApi } from './api-server.ts'

let api: TestApi
let secure: TestApi
beforeAll(async () => {
  api = await startTestApi()
  secure = await startTestApi(undefined, { settings: { url: 'https://lists.example.org' } })
})

/** Said with every answer, whatever it is. */
const always = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const answers = [
  ['a page', '/login', 200],
  ['a page that went wrong', '/link/x?__proto__=x', 400],
  ['an answer of the API', '/api/v1/openapi.json', 200],
  ['a refusal', '/api/v1/lists', 401],
  ['nothing', '/nothing', 404],
  ['nothing, in a browser', { url: '/nothing', headers: { accept: 'text/html' } }, 404],
  ['a probe', '/healthz', 200],
  ['the reader of the description', '/docs', 200],
  ['a file of the reader', '/docs/static/theme/theme.css', 200],
] as const

type Policy = Record<string, string[]>

function policyIn(header: unknown): Policy {
  const directives = String(header)
    .split(';')
    .map((directive) => directive.trim().split(' '))
  return Object.fromEntries(directives.map(([name = '', ...sources]) => [name, sources]))
}

describe.each(answers)('%s', (_case, url, status) => {
  test('is never framed, never guessed at, and loads nothing from elsewhere', async () => {
    const { headers, statusCode } = await api.server.inject(url)
    expect(statusCode).toBe(status)
    expect(headers).toMatchObject(always)
    const policy = policyIn(headers['content-security-policy'])
    expect(policy).toMatchObject({ 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] })
    expect(policy['script-src'] ?? []).not.toContain("'unsafe-inline'")
    expect(headers['referrer-policy']).toMatch(/^(no-referrer|same-origin)$/)
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(headers['x-powered-by'] ?? headers['server']).toBeUndefined()
  })

  test('asks for https from then on only where there is https', async () => {
    expect((await api.server.inject(url)).headers['strict-transport-security']).toBeUndefined()
    const hsts = (await secure.server.inject(url)).headers['strict-transport-security']
    expect(hsts).toMatch(/^max-age=[0-9]{8,}; includeSubDomains$/)
  })
})

test('what is told to somebody is kept by no browser and by no cache on the way', async () => {
  const account = '100000000000000001'
  await addLink(api, account, (await addMember(api, 'alice')).id)
  const headers = { authorization: `Bearer ${serviceToken}`, 'x-discord-user': account }
  for (const url of [
    '/api/v1/auth/me',
    '/api/v1/user/notifications',
    '/api/v1/lists',
    '/login',
    '/nothing',
  ]) {
    const answer = await api.server.inject({ url, headers })
    expect([url, answer.headers['cache-control']]).toEqual([url, 'no-store'])
  }
})

test('a page may use its own stylesheet, send its own form, and nothing else', async () => {
  const { headers, body } = await api.server.inject('/login')
  const [, stylesheet = ''] = /<style>(.*?)<\/style>/s.exec(body) ?? []
  const hash = createHash('sha256').update(stylesheet).digest('base64')
  expect(policyIn(headers['content-security-policy'])).toEqual({
    'default-src': ["'none'"],
    'style-src': [`'sha256-${hash}'`],
    'img-src': ['https://cdn.discordapp.com'],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  })
  expect(headers['cache-control']).toBe('no-store')
  expect(body).not.toMatch(/<script|\son\w+=|javascript:|style="/)
})

test('the reader of the description runs its own scripts and no other', async () => {
  const { headers, body } = await api.server.inject('/docs')
  const policy = policyIn(headers['content-security-policy'])
  expect(policy).toMatchObject({
    'script-src': ["'self'"],
    'connect-src': ["'self'"],
    'form-action': ["'none'"],
  })
  expect(body).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>\s*\S/)
  expect(body).not.toMatch(/(?:src|href)="https?:/)
})
