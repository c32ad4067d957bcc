import { beforeEach, describe, expect, test } from 'vitest'
import { type Browser, newBrowser } from '../browser.ts'
import { passwordOf, type SigningIn, startSigningIn } from './signing-in.ts'

let signing: SigningIn
beforeEach(async (t) => {
  signing = await startSigningIn(t)
})

const tryToSignIn = async (username: string, password: string, browser = newBrowser()) =>
  browser.submit(await browser.open(`${signing.url}/login`), { username, password })

describe('the login page', () => {
  test('is kept out of caches and frames, and gives its form a secret that only it sees', async () => {
    const page = await newBrowser().open(`${signing.url}/login`)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(page.html).not.toContain('<script')
    expect(page.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^guildpost_login=[\w-]{43}; Max-Age=3600; Path=\/login; HttpOnly; SameSite=Lax$/,
      ),
    ])
  })

  test('speaks the language of the browser, and the other one on request', async () => {
    const chinese = await fetch(`${signing.url}/login`, { headers: { 'accept-language': 'zh-TW,zh;q=0.9' } })
    expect(await chinese.text()).toContain('<html lang="zh-TW">')
    const english = await fetch(`${signing.url}/login?lang=en`, { headers: { 'accept-language': 'zh-TW' } })
    expect(await english.text()).toContain('<html lang="en">')
  })

  test('takes a wrong password for what it is, and keeps the name that was typed', async () => {
    const page = await tryToSignIn('"><b>alice', 'wrong')
    expect(page.status).toBe(401)
    expect(page.text).toContain('don’t match')
    expect(page.html).toContain('value="&#34;&#62;&#60;b&#62;alice"')
    expect(page.html).not.toContain('wrong')
    expect(page.headers.getSetCookie()).toEqual([])
  })

  test('lets nothing empty through to the directory', async () => {
    for (const [username, password] of [
      ['alice', ''],
      ['alice', ' \u3000 '],
      ['', passwordOf('alice')],
      [' ', passwordOf('alice')],
    ] as const) {
      const page = await tryToSignIn(username, password)
      expect([page.status, page.text]).toEqual([400, expect.stringContaining('Type your user name')])
    }
    expect(signing.directory.tried).toEqual([])
  })

  test('says when to come back after too many tries', async () => {
    for (let time = 0; time < 5; time += 1) await tryToSignIn('alice', 'wrong')
    const page = await tryToSignIn('alice', passwordOf('alice'))
    expect(page.status).toBe(429)
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(page.text).toContain('too many tries')
    expect(signing.directory.tried).toHaveLength(5)
  })

  test('says that the directory is away, or that somebody is too new in it', async () => {
    const newcomer = await tryToSignIn('newcomer', passwordOf('newcomer'))
    expect([newcomer.status, newcomer.headers.get('retry-after')]).toEqual([503, '60'])
    expect(newcomer.text).toContain('doesn’t know you yet')
    signing.directory.isAway = true
    const away = await tryToSignIn('alice', passwordOf('alice'))
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '30'])
    expect(away.text).toContain('doesn’t answer')
  })

  test.each<[string, (browser: Browser) => unknown, Record<string, string>, Record<string, string>]>([
    ['without its cookie', (browser) => browser.cookies.clear(), {}, {}],
    ['with another cookie', (browser) => browser.cookies.set('guildpost_login', 'x'.repeat(43)), {}, {}],
    ['with another hidden value', () => undefined, { form: 'x' }, {}],
    ['from another site', () => undefined, {}, { origin: 'https://evil.example' }],
    ['from nowhere', () => undefined, {}, { origin: 'null' }],
  ])('takes no form %s', async (_case, tamper, fields, headers) => {
    const browser = newBrowser()
    const form = await browser.open(`${signing.url}/login`)
    tamper(browser)
    const right = { username: 'alice', password: passwordOf('alice') }
    const page = await browser.submit(form, { ...right, ...fields }, headers)
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('sign in again from here')])
    expect(browser.cookies.has('guildpost_session')).toBe(false)
    expect(signing.directory.tried).toEqual([])
  })

  test('says where to go on to whoever opened it by another address', async () => {
    const byName = signing.url.replace('127.0.0.1', 'localhost')
    const browser = newBrowser()
    const form = await browser.open(`${byName}/login?lang=en`)
    const page = await browser.submit(form, { username: 'alice', password: passwordOf('alice') })
    expect([page.status, page.text]).toEqual([403, expect.stringContaining(`Go on at ${signing.url}/login`)])
    expect(page.text).not.toContain('cookies')
    expect(signing.directory.tried).toEqual([])
  })

  test('takes the place of a session that was planted in the browser', async () => {
    const { secret, id } = await signing.signIn('ada')
    const browser = newBrowser()
    const form = await browser.open(`${signing.url}/login`)
    browser.cookies.set('guildpost_session', secret)
    await browser.submit(form, { username: 'alice', password: passwordOf('alice') })
    expect(browser.cookies.get('guildpost_session')).not.toBe(secret)
    expect(await signing.api.sql('select 1 from session where id = $1', [id])).toEqual([])
  })
})
