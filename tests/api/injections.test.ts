import { beforeAll, describe, expect, test } from 'vitest'
import { addList, limiterOf, markMirrorRead, serviceToken } from './api-server.ts'
import { newBrowser } from './browser.ts'
import { sendRaw } from './send-raw.ts'
import { type SigningIn, startSigningIn } from './auth/signing-in.ts'

let signing: SigningIn
let cookie: string
let asAdmin: Record<string, string>
beforeAll(async () => {
  // How many times one may try is not the question here.
  const unlimited = limiterOf(100_000)
  signing = await startSigningIn(undefined, {
    limits: { refusedByAddress: unlimited, refusedByUsername: unlimited, refusedByPerson: unlimited },
  })
  cookie = (await signing.signIn('alice')).cookie
  const ada = await signing.signIn('ada')
  asAdmin = { cookie: ada.cookie, 'x-csrf-token': ada.csrfToken }
  await addList(signing.api, 'news')
  await markMirrorRead(signing.api)
})

/** What LDAP, SQL, HTTP, HTML, JavaScript and people could take for something else than a name. */
const strings = [
  '*',
  'alice)(uid=*',
  '*)(objectClass=*',
  String.raw`\2a\29\28`,
  'alice,ou=people',
  `' or 1=1 --`,
  '"; drop table session; --',
  '$1 :memberId ?? {{7*7}} ${7*7}',
  '../../etc/passwd',
  '"><script>alert(1)</script>',
  '__proto__',
  'constructor',
  '\u0000',
  'alice\u0000',
  'alice\r\nSet-Cookie: guildpost_session=x',
  '\ud800',
  'ａｌｉｃｅ',
  '\u202eecila',
  '🦄'.repeat(50),
  'x'.repeat(250),
  'x'.repeat(20_000),
]
const named = strings.map((string) => [string.slice(0, 60), string] as const)
const close = 'Host: x\r\nConnection: close\r\n'
/** As bytes of UTF-8, however little of that belongs into a header. */
const bytesOf = (string: string) => Buffer.from(string).toString('latin1')

describe('what is made to be misread', () => {
  test.each(named)('%j as user name or password opens nothing', async (_name, string) => {
    for (const body of [
      { username: string, password: 'x' },
      { username: 'alice', password: string },
    ]) {
      const answer = await signing.call('POST', '/auth/login', { body })
      expect([400, 401]).toContain(answer.status)
      expect(answer.setCookies).toEqual([])
    }
  })

  test.each(named)('%j typed into the login page comes back harmless', async (_name, string) => {
    const browser = newBrowser()
    const page = await browser.submit(await browser.open(`${signing.url}/login`), {
      username: string,
      password: 'x',
    })
    expect([400, 401, 413]).toContain(page.status)
    expect(page.html).not.toContain('<script')
    expect(browser.cookies.has('guildpost_session')).toBe(false)
  })

  test.each(named)('%j as the name of a list is none', async (_name, string) => {
    const name = encodeURIComponent(string.toWellFormed())
    for (const [method, path] of [
      ['GET', `/lists/${name}`],
      ['PUT', `/user/subscriptions/${name}`],
      ['DELETE', `/user/subscriptions/${name}`],
      ['PATCH', `/admin/lists/${name}`],
      ['GET', `/admin/lists/${name}/members`],
    ] as const) {
      const answer = await fetch(`${signing.url}/api/v1${path}`, {
        method,
        headers: { ...asAdmin, 'content-type': 'application/json' },
        ...(method === 'PATCH' ? { body: '{"join":"open"}' } : {}),
      })
      expect([400, 404, 414, 431], `${method} ${path.slice(0, 60)}`).toContain(answer.status)
    }
    expect(await signing.api.sql('select 1 from change')).toEqual([])
  })

  test.each([
    'Cookie: guildpost_session=',
    'Cookie: guildpost_login=',
    'Cookie: ',
    'Authorization: Bearer ',
    'Authorization: ',
    'X-Discord-User: ',
    'Origin: ',
    'X-CSRF-Token: ',
    'User-Agent: ',
    'Accept-Language: zh',
    'X-Request-Id: ',
    'X-Forwarded-For: ',
  ])('after “%s” nothing opens or breaks', async (header) => {
    const bot = header.startsWith('X-Discord-User') ? `Authorization: Bearer ${serviceToken}\r\n` : ''
    for (const string of strings)
      for (const path of ['/api/v1/auth/me', '/account', '/login']) {
        const request = `GET ${path} HTTP/1.1\r\n${close}${bot}${header}${bytesOf(string)}\r\n\r\n`
        const { status, text } = await sendRaw(signing.url, request)
        // 400 and 431 also come from Node's own server, which reads no further then.
        const closed = path === '/login' ? [200, 400, 431] : [303, 400, 401, 403, 431]
        expect(closed, `${path} with ${string.slice(0, 60)}`).toContain(status)
        expect(text).not.toContain('<script')
        expect(text).not.toContain('guildpost_session=x')
      }
  })

  test.each(named)('%j in an address is nothing or a page without it', async (_name, string) => {
    const asked = encodeURIComponent(string.toWellFormed())
    for (const path of [`/login?lang=${asked}`, `/account?lang=${asked}&done=${asked}`, `/link/${asked}`]) {
      const answer = await fetch(`${signing.url}${path}`, { headers: { cookie }, redirect: 'manual' })
      expect([200, 303, 400, 404, 410, 431]).toContain(answer.status)
      expect(answer.headers.get('location') ?? '/account').toBe('/account')
      expect(await answer.text()).not.toContain('<script')
    }
  })

  test.each(named)('%j as X-Discord-User of a session is refused', async (_name, string) => {
    const { status } = await sendRaw(
      signing.url,
      `GET /api/v1/auth/me HTTP/1.1\r\n${close}Cookie: ${cookie}\r\nX-Discord-User: ${bytesOf(string)}\r\n\r\n`,
    )
    expect([400, 431]).toContain(status)
  })
})
