import { beforeEach, describe, expect, test } from 'vitest'
import type { Browser, Page } from '../browser.ts'
import { type SigningIn, startSigningIn } from '../auth/signing-in.ts'

let signing: SigningIn
beforeEach(async (t) => {
  signing = await startSigningIn(t)
})

const makeToken = (browser: Browser, page: Page, more: object = {}) =>
  browser.press(page, '/account/tokens?', { name: 'reader', scopes: ['read'], days: '30', ...more })

const tokenOn = (page: Page) => /gp_[0-9a-z]{39}/.exec(page.text)?.[0] ?? 'no token'
const offered = (page: Page) =>
  [...page.html.matchAll(/name="scopes" value="([^"]+)"/g)].map(([, scope]) => scope)

describe('personal API tokens', () => {
  test('are made, shown once with the line that uses them, and revoked', async () => {
    const { browser, page } = await signing.openAccount('alice')
    const made = await makeToken(browser, page, { scopes: ['read', 'subscriptions'] })
    expect(made.status).toBe(200)
    const token = tokenOn(made)
    expect(made.text).toContain(`curl -H 'Authorization: Bearer ${token}' ${signing.url}/api/v1/auth/me`)
    const ask = () => signing.call('GET', '/auth/me', { headers: { authorization: `Bearer ${token}` } })
    expect((await ask()).json()).toMatchObject({ username: 'alice', via: 'api' })

    const listed = await browser.open(page.url)
    expect(listed.html).not.toContain(token)
    expect(listed.text).toMatch(/reader read subscriptions Expires on \d+ \w+ \d{4} Last used on/)
    const [kept] = await signing.api.sql(
      `select id, expires_at::date - now()::date as days from api_token where name = 'reader'`,
    )
    expect(kept?.['days']).toBe(30)
    const revoked = await browser.press(listed, `/account/tokens/${String(kept?.['id'])}/revoke`)
    expect((await browser.follow(revoked)).text).toContain('The token is revoked')
    expect((await ask()).status).toBe(401)
  })

  test.each([
    ['without a name', { name: ' ' }, 'Give the token a name'],
    ['with a name that is too long', { name: 'x'.repeat(101) }, 'Give the token a name'],
    ['for nothing', { scopes: [] }, 'Choose at least one thing'],
    ['for something that there is not', { scopes: ['everything'] }, 'Choose at least one thing'],
    ['for no day', { days: '0' }, 'a whole number from 1 to 365'],
    ['for more than a year', { days: '366' }, 'a whole number from 1 to 365'],
    ['for some days', { days: '1e2' }, 'a whole number from 1 to 365'],
  ])('are not made %s, and what was typed stays', async (_case, fields, sentence) => {
    const { browser, page } = await signing.openAccount('alice')
    const refused = await makeToken(browser, page, { days: '17', ...fields })
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(sentence)])
    expect(refused.html).toMatch(/href="\/account\?lang=zh-TW"/)
    expect(await signing.api.sql('select 1 from api_token')).toEqual([])
    const kept = { name: 'reader', days: '17', ...fields }
    expect(refused.html).toContain(`value="${kept.name}"`)
    expect(refused.html).toContain(`value="${kept.days}"`)
  })

  test('are not made again when the answer is loaded again', async () => {
    const { browser, page } = await signing.openAccount('alice')
    await makeToken(browser, page)
    const again = await makeToken(browser, page)
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('with this name already')])
    expect(await signing.api.sql('select 1 from api_token')).toHaveLength(1)
  })

  test('are offered only with what one may do, and not made with more', async () => {
    const { browser, page } = await signing.openAccount('alice')
    expect(offered(page)).toEqual(['read', 'subscriptions'])
    for (const scope of ['admin', 'notices']) {
      const refused = await makeToken(browser, page, { scopes: ['read', scope] })
      expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('You may not make')])
    }
    await signing.api.sql(`update member set notices_allowed = true where uid = 'alice'`)
    expect(offered(await browser.open(page.url))).toEqual(['read', 'subscriptions', 'notices'])
    expect(offered((await signing.openAccount('ada')).page)).toEqual([
      'read',
      'subscriptions',
      'notices',
      'admin',
    ])
  })

  test('are so many and no more', async () => {
    const { browser, page } = await signing.openAccount('alice')
    await signing.api.sql(
      `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
       select gen_random_uuid(), sha256(n::text::bytea), $1, 'token ' || n, '{read}', now() + interval '1 day'
       from generate_series(1, 20) n`,
      [signing.ids.alice],
    )
    const refused = await makeToken(browser, page)
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('Revoke one')])
  })

  test('of others are not revoked', async () => {
    const ada = await signing.openAccount('ada')
    const token = tokenOn(await makeToken(ada.browser, ada.page))
    const [row] = await signing.api.sql('select id from api_token')
    const id = String(row?.['id'])
    const { browser, page } = await signing.openAccount('alice')
    const others = { ...page, html: page.html.replace('/account/tokens?', `/account/tokens/${id}/revoke?`) }
    const answer = await browser.press(others, `/account/tokens/${id}/revoke`)
    expect(answer.headers.get('location')).toBe('/account?lang=en')
    const headers = { authorization: `Bearer ${token}` }
    expect((await signing.call('GET', '/auth/me', { headers })).status).toBe(200)
  })
})
