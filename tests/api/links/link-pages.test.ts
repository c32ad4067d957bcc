import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../domain/store/database.ts'
import { limiterOf } from '../api-server.ts'
import { type Browser, newBrowser } from '../browser.ts'
import { account, codeOn, type Linking, other, password, startLinking } from './linking.ts'

let linking: Linking
beforeEach(async (t) => {
  linking = await startLinking(t)
})

describe('the page', () => {
  test('shows who asks, escaped, and is kept out of caches, frames and logs', async () => {
    const attempt = await linking.begin(account, {
      avatarUrl: 'https://cdn.discordapp.com/avatars/1/"x".png',
    })
    const page = await newBrowser().open(attempt.url)
    expect(page.status).toBe(200)
    expect(page.text).toContain('ali & <ce>')
    expect(page.html).not.toContain('<ce>')
    expect(page.html).toMatch(/<img\s+src="https:\/\/cdn.discordapp.com\/avatars\/1\/&#34;x&#34;.png"/)
    // What the page shows where the picture can't be loaded.
    expect(page.html).toContain('data-letter="A"')
    expect(page.html).not.toContain('<script')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('referrer-policy')).toBe('same-origin')
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none';style-src 'sha256-[^']+';.*form-action 'self'.*frame-ancestors 'none'$/,
    )
    const style = /<style>(.*)<\/style>/s.exec(page.html)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`)
    expect(page.headers.getSetCookie().join()).toMatch(/Path=\/link; HttpOnly; SameSite=Lax$/)
  })

  test('shows no picture from elsewhere', async () => {
    for (const avatarUrl of [
      'https://evil.example/a.png',
      'https://cdn.discordapp.com.evil.example/a',
      'x',
    ]) {
      const page = await newBrowser().open((await linking.begin(account, { avatarUrl })).url)
      expect(page.html).not.toContain('<img')
    }
  })

  test('speaks the language of the account, and the other one on request', async () => {
    const attempt = await linking.begin(account, { locale: 'zh-TW' })
    const browser = newBrowser()
    const page = await browser.open(attempt.url)
    expect(page.html).toContain('<html lang="zh-TW">')
    expect(page.text).toContain('連結你的 Discord 帳號')
    const english = await browser.open(`${attempt.url}?lang=en`)
    expect(english.text).toContain('Link your Discord account')
    const done = await browser.submit(english, { username: 'alice', password })
    expect(done.text).toContain('Here is your code')
  })

  test('consumes nothing when it is opened, however often', async () => {
    const attempt = await linking.begin()
    for (const _time of [1, 2, 3]) expect((await newBrowser().open(attempt.url)).status).toBe(200)
    expect((await linking.prove(attempt)).page.status).toBe(200)
  })

  test('shows a code once', async () => {
    const attempt = await linking.begin()
    const browser = newBrowser()
    const { code } = await linking.prove(attempt, browser)
    const again = await browser.open(attempt.url)
    expect(again.status).toBe(409)
    expect(again.text).toContain('shown already')
    expect((await linking.prove(attempt, browser)).page.status).toBe(409)
    await linking.enter(code)
    expect((await browser.open(attempt.url)).status).toBe(410)
  })

  test('whose form is sent twice at once gives a code that works, and keeps the tries', async () => {
    const attempt = await linking.begin()
    const browser = newBrowser()
    const form = await browser.open(attempt.url)
    const send = () => browser.submit(form, { username: 'alice', password })
    const pages = await Promise.all([send(), send()])
    expect(pages.map(({ status }) => status)).toEqual([200, 200])
    const codes = new Set(pages.map(codeOn))
    const wrong = ['000000', '000001', '000002'].find((code) => !codes.has(code)) ?? ''
    expect((await linking.enter(wrong)).json()).toMatchObject({ details: { triesLeft: 4 } })
    const last = await send()
    expect(await linking.api.sql('select tries_left from link_attempt')).toEqual([{ tries_left: 4 }])
    expect((await linking.enter(codeOn(last))).status).toBe(200)
    expect((await send()).status).toBe(410)
  })

  test('of a link that is unknown, expired or replaced says where to get a new one', async () => {
    const attempt = await linking.begin()
    await linking.begin()
    const expired = await linking.begin(other)
    await linking.api.sql(
      `update link_attempt set expires_at = expires_at - interval '10 minutes' where discord_user_id = $1`,
      [other],
    )
    for (const [address, status] of [
      [`${linking.url}/link/unknown`, 404],
      [attempt.url, 410],
      [expired.url, 410],
    ] as const) {
      const page = await newBrowser().open(address)
      expect(page.status).toBe(status)
      expect(page.text).toContain('type /link for a new one')
    }
  })
})

describe('signing in', () => {
  test('a wrong password is the same page again, with the name that was typed', async () => {
    const browser = newBrowser()
    const form = await browser.open((await linking.begin()).url)
    const page = await browser.submit(form, { username: '"><b>alice', password: 'wrong' })
    expect(page.status).toBe(401)
    expect(page.text).toContain('don’t match')
    expect(page.html).toContain('value="&#34;&#62;&#60;b&#62;alice"')
    expect(page.html).not.toContain('wrong')
    expect((await browser.submit(page, { username: 'alice', password })).status).toBe(200)
  })

  test('an empty field never reaches the directory, and leaves the page to any browser', async () => {
    const browser = newBrowser()
    const attempt = await linking.begin()
    const form = await browser.open(attempt.url)
    for (const fields of [{ username: 'alice', password: '' }, { username: ' ', password }, {}])
      expect((await browser.submit(form, fields as Record<string, string>)).status).toBe(400)
    expect(linking.directory.tried).toEqual([])
    expect((await linking.prove(attempt)).page.status).toBe(200)
  })

  test('one page is good for so many wrong passwords, whatever names are typed', async () => {
    Object.assign(linking.api.context.limits, { refusedByAttempt: limiterOf(3, 900) })
    const browser = newBrowser()
    const form = await browser.open((await linking.begin()).url)
    const tryName = async (username: string) =>
      (await browser.submit(form, { username, password: 'wrong' })).status
    for (const at of [1, 2, 3]) expect(await tryName(`name-${at}`)).toBe(401)
    expect(await tryName('name-4')).toBe(429)
    expect(linking.directory.tried).toHaveLength(3)
    expect((await linking.prove(await linking.begin())).page.status).toBe(200)
  })

  test('five wrong passwords lock the name out here, however it is spelt, before the directory does', async () => {
    for (const username of ['alice', 'ALICE', ' alice ', 'ａｌｉｃｅ', 'ali\u00adce']) {
      const browser = newBrowser()
      const form = await browser.open((await linking.begin()).url)
      expect((await browser.submit(form, { username, password: 'wrong' })).status).toBe(401)
    }
    const browser = newBrowser()
    const page = await browser.submit(await browser.open((await linking.begin()).url), {
      username: 'Alice',
      password,
    })
    expect(page.status).toBe(429)
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(page.text).toContain('That was too many tries. Please wait')
    expect(linking.directory.tried).toHaveLength(5)
  })

  test('a name that is locked out uses up nothing of the other limits', async () => {
    const { refusedByAddress, refusedByAttempt } = linking.api.context.limits
    const attempt = await linking.begin()
    const browser = newBrowser()
    const form = await browser.open(attempt.url)
    const left = async () => [
      (await refusedByAddress.peek('127.0.0.1')).remaining,
      (await refusedByAttempt.peek(attempt.id)).remaining,
    ]
    for (let time = 0; time < 5; time += 1)
      await browser.submit(form, { username: 'alice', password: 'wrong' })
    const before = await left()
    expect((await browser.submit(form, { username: 'alice', password })).status).toBe(429)
    expect(await left()).toEqual(before)
  })

  test('right passwords do not count', async () => {
    for (let time = 0; time < 7; time += 1) {
      const browser = newBrowser()
      const form = await browser.open((await linking.begin()).url)
      expect((await browser.submit(form, { username: 'newcomer', password: 'newcomer sings' })).status).toBe(
        409,
      )
    }
  })

  test('while the directory is away it says so, and nothing counts', async () => {
    linking.directory.isAway = true
    const browser = newBrowser()
    const form = await browser.open((await linking.begin()).url)
    for (let time = 0; time < 6; time += 1) {
      const page = await browser.submit(form, { username: 'alice', password })
      expect(page.status).toBe(503)
      expect(page.text).toContain('doesn’t answer')
    }
    linking.directory.isAway = false
    expect((await browser.submit(form, { username: 'alice', password })).status).toBe(200)
  })

  test('and undoing it leave the network that they came from; what the bot asks leaves none', async () => {
    const { code } = await linking.prove(await linking.begin())
    expect((await linking.enter(code)).status).toBe(200)
    const [mail] = await linking.mails('link.made')
    const undo = await fetch(/https?:\/\/\S+\/undo\/\S+/.exec(mail?.text_body ?? '')?.[0] ?? '', {
      method: 'POST',
    })
    expect(undo.status).toBe(200)
    const address = '127.0.0.0/24'
    expect(
      await linking.api.sql(
        `select event, details ->> 'address' as address from audit_entry where event like 'link.%' order by at, id`,
      ),
    ).toEqual([
      { event: 'link.begun', address: null },
      { event: 'link.sign_in_tried', address },
      { event: 'link.proven', address },
      { event: 'link.made', address: null },
      { event: 'link.ended', address },
    ])
  })

  test('a right password that leads to no code is recorded, too', async () => {
    const attempt = await linking.begin()
    const browser = newBrowser()
    const form = await browser.open(attempt.url)
    await browser.submit(form, { username: 'newcomer', password: 'newcomer sings' })
    await linking.api.sql(
      `insert into discord_link (id, discord_user_id, member_id) values (gen_random_uuid(), $1, $2)`,
      [account, linking.alice.id],
    )
    await browser.submit(form, { username: 'alice', password })
    const entries = await linking.api.sql(
      `select actor_id, outcome, details from audit_entry where event = 'link.refused' order by at, id`,
    )
    const details = { address: '127.0.0.0/24' }
    expect(entries).toEqual([
      { actor_id: null, outcome: 'unknown_member', details },
      { actor_id: linking.alice.id, outcome: 'account_linked', details },
    ])
  })

  test('somebody who is not in the mirror yet is told to wait a little', async () => {
    const browser = newBrowser()
    const form = await browser.open((await linking.begin()).url)
    const page = await browser.submit(form, { username: 'newcomer', password: 'newcomer sings' })
    expect(page.status).toBe(409)
    expect(page.text).toContain('doesn’t know you yet')
  })

  test.each([
    ['without its cookie', async (browser: Browser) => browser.cookies.clear(), {}, {}],
    [
      'with another cookie',
      async (browser: Browser) => browser.cookies.set('guildpost_link', 'x'.repeat(43)),
      {},
      {},
    ],
    ['with another hidden value', async () => undefined, { form: 'x' }, {}],
    ['from another site', async () => undefined, {}, { origin: 'https://evil.example' }],
    ['from nowhere', async () => undefined, {}, { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ])('a form %s is refused before the password is tried', async (_case, tamper, fields, headers) => {
    const browser = newBrowser()
    const form = await browser.open((await linking.begin()).url)
    await tamper(browser)
    const page = await browser.submit(form, { username: 'alice', password, ...fields }, headers)
    expect(page.status).toBe(403)
    expect(page.text).toContain('sign in again from here')
    expect(linking.directory.tried).toEqual([])
  })

  test('whoever opened it by another address is told where to go on', async () => {
    const { url: right } = await linking.begin()
    const browser = newBrowser()
    const form = await browser.open(right.replace('127.0.0.1', 'localhost'))
    const page = await browser.submit(form, { username: 'alice', password })
    expect([page.status, page.text]).toEqual([403, expect.stringContaining(`Go on at ${right}`)])
  })

  test.each([
    ['a control character', 'application/x-www-form-urlencoded', 'username=al%00ice&password=x'],
    ['JSON', 'application/json', '{"username": {"a": 1}}'],
    ['something else', 'text/plain', 'hello'],
  ])('%s is a page that says so', async (_case, type, body) => {
    const { url: address } = await linking.begin()
    const answer = await fetch(address, { method: 'POST', body, headers: { 'content-type': type } })
    expect([400, 415]).toContain(answer.status)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toBe('same-origin')
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self'")
    expect(await answer.text()).toContain('can’t be read')
  })

  test('a form of more than 16 KiB is not even read', async () => {
    const { url: address } = await linking.begin()
    const body = new URLSearchParams({ username: 'alice', password: 'x'.repeat(17 * 1024) })
    const answer = await fetch(address, { method: 'POST', body })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([413, 'text/html; charset=utf-8'])
  })
})

test('while the database is away it is a page, and says when to come back', async () => {
  const { url: address } = await linking.begin()
  const { context } = linking.api
  const there = context.db
  const away = openDatabase('postgres://guildpost@127.0.0.1:1/guildpost', { poolMax: 2 })
  onTestFinished(async () => {
    Object.assign(context, { db: there })
    await away.destroy()
  })
  Object.assign(context, { db: away })
  const page = await newBrowser().open(address)
  expect([page.status, page.headers.get('retry-after')]).toEqual([503, '10'])
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.text).toContain('away at the moment')
})
