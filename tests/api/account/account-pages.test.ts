import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../../domain/store/database.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { addLink, addList } from '../api-server.ts'
import { newBrowser } from '../browser.ts'
import { type SigningIn, startSigningIn } from '../auth/signing-in.ts'

let signing: SigningIn
beforeEach(async (t) => {
  signing = await startSigningIn(t)
})

/** The kinds of messages whose boxes are ticked. */
const ticked = (html: string) =>
  [...html.matchAll(/name="kinds" value="([^"]+)" checked/g)].map(([, kind]) => kind)

const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'

describe('the address itself', () => {
  test('leads to the login, and to the account of who is signed in', async () => {
    const stranger = await newBrowser().open(`${signing.url}/`)
    expect([stranger.status, stranger.headers.get('location')]).toEqual([303, '/login'])
    const { browser } = await signing.openAccount('alice')
    for (const path of ['/', '/login']) {
      const page = await browser.open(`${signing.url}${path}`)
      expect([page.status, page.headers.get('location')]).toEqual([303, '/account'])
    }
  })

  test.each(['/account', '/account/forget'])('%s is for nobody who is not signed in', async (path) => {
    const page = await newBrowser().open(`${signing.url}${path}?lang=zh-TW`)
    expect([page.status, page.headers.get('location')]).toEqual([303, '/login?lang=zh-TW'])
    expect((await newBrowser().follow(page)).text).toContain('登入')
  })

  test('of no page is in the document of the API', async () => {
    const { paths } = (await signing.call('GET', '/openapi.json')).json<{ paths: object }>()
    expect(Object.keys(paths).filter((path) => !/^\/(api\/v1\/|healthz|readyz|metrics)/.test(path))).toEqual(
      [],
    )
  })
})

describe('the account page', () => {
  test('shows who it is, escaped, and is kept out of caches', async () => {
    const { page } = await signing.openAccount('alice')
    expect(page.text).toContain('Alice <b>Ålund</b>')
    expect(page.html).not.toContain('<b>Ålund')
    expect(page.html).not.toContain('>admin</span>')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect((await signing.openAccount('ada')).page.html).toContain('>admin</span>')
  })

  test('shows the Discord account, or how to link one', async () => {
    const { browser, page } = await signing.openAccount('alice')
    expect(page.text).toContain('Type /link in Discord')
    const account = '100000000000000001'
    const linkId = await addLink(signing.api, account, signing.ids.alice)
    await signing.api.sql(`update discord_link set linked_at = '2026-03-04T05:06:07Z'`)
    const reload = () => browser.open(`${signing.url}/account`)
    const linked = await reload()
    expect(linked.text).toContain(`Account ${account}`)
    expect(linked.html).toContain('<time datetime="2026-03-04T05:06:07.000Z">4 March 2026</time>')
    await signing.api.sql(
      `insert into link_attempt (id, token_hash, discord_user_id, discord_name, locale, state, link_id, expires_at)
       values ($1, $2, $3, 'ali & <ce>', 'en', 'linked', $4, now())`,
      [newId(), Buffer.from('x'), account, linkId],
    )
    expect((await reload()).text).toContain('ali & <ce>')
  })

  test('writes times in the time of the site, with its name', async (t) => {
    const there = await startSigningIn(t, { settings: { siteTimeZone: 'Asia/Taipei' } })
    await there.openAccount('alice', safari)
    await there.api.sql(`update session set created_at = '2026-03-04T20:06:07Z' where agent = $1`, [safari])
    await addLink(there.api, '100000000000000001', there.ids.alice)
    await there.api.sql(`update discord_link set linked_at = '2026-03-04T20:06:07Z'`)
    const { browser, page } = await there.openAccount('alice')
    expect(page.text).toContain('Safari on iPhone Signed in on 5 March 2026, 04:06 GMT+8 from the network')
    expect(page.html).toContain('<time datetime="2026-03-04T20:06:07.000Z">5 March 2026</time>')
    const chinese = await browser.open(`${there.url}/account?lang=zh-TW`)
    expect(chinese.text).toContain('2026年3月5日 04:06 GMT+8')
  })

  test('says where one is signed in, by the names that people use, and ends what is no longer wanted', async () => {
    const phone = await signing.openAccount('alice', safari)
    await signing.openAccount('alice', '<script>alert(1)</script>')
    await signing.api.sql(`update session set created_at = '2026-03-04T05:06:07Z' where agent = $1`, [safari])
    const { browser } = await signing.openAccount('alice')
    const page = await browser.open(`${signing.url}/account`)
    expect(page.text).toContain('Firefox on Linux this browser Signed in on')
    expect(page.text).toContain(
      'Safari on iPhone Signed in on 4 March 2026, 05:06 UTC from the network 127.0.0.0/24',
    )
    expect(page.text).toContain('Another program Signed in')
    expect(page.html).not.toContain('<script')

    const [phoneSession] = await signing.sessionsOf('alice')
    const ended = await browser.press(page, `/account/sessions/${phoneSession?.id}/end`)
    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/account?lang=en&done=session'])
    const after = await browser.follow(ended)
    expect(after.text).toContain('That browser is signed out.')
    expect(after.text).not.toContain('Safari')
    expect((await phone.browser.open(phone.page.url)).headers.get('location')).toBe('/login?lang=en')

    const everywhere = await browser.follow(await browser.press(after, '/account/sessions/end-others'))
    expect(everywhere.text).toContain('You are signed in with this browser only.')
    expect(await signing.sessionsOf('alice')).toHaveLength(1)
    const outcomes = await signing.api.sql(
      `select actor_id, outcome, via from audit_entry where event = 'session.ended' order by at, id`,
    )
    expect(outcomes).toEqual(
      [1, 2].map(() => ({ actor_id: signing.ids.alice, outcome: 'revoked', via: 'web' })),
    )
  })

  test('ends nobody else’s session', async () => {
    const { browser, page } = await signing.openAccount('alice')
    const { id, cookie } = await signing.signIn('ada')
    const others = { ...page, html: page.html.replace('/account/sign-out', `/account/sessions/${id}/end`) }
    const answer = await browser.press(others, `/account/sessions/${id}/end`)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account?lang=en'])
    expect((await signing.call('GET', '/auth/me', { headers: { cookie } })).status).toBe(200)
  })

  test('shows what was done only in words of ours', async () => {
    const { browser } = await signing.openAccount('alice')
    for (const done of ['<b>', 'constructor', 'Your%20account%20is%20locked']) {
      const page = await browser.open(`${signing.url}/account?done=${done}`)
      expect(page.html).not.toContain('role="status"')
    }
  })

  test('shows what one is told, with a box for each kind, and keeps what is ticked', async () => {
    const { browser, page } = await signing.openAccount('alice')
    const tick = async (...kinds: string[]) =>
      browser.follow(await browser.press(page, '/account/notifications', { kinds }))
    expect(ticked(page.html)).toEqual(['added-or-removed', 'decided', 'failed', 'asked'])
    const fewer = await tick('decided', 'failed')
    expect([fewer.text, ticked(fewer.html)]).toEqual([
      expect.stringContaining('from now on you are told what you chose'),
      ['decided', 'failed'],
    ])
    expect(ticked((await tick('decided')).html)).toEqual(['decided'])
    expect(ticked((await tick()).html)).toEqual([])
    expect((await browser.press(page, '/account/notifications', { kinds: 'links' })).status).toBe(400)
    expect(await signing.api.sql(`select uid from member where muted <> '{}'`)).toEqual([{ uid: 'alice' }])
  })

  test('signs out, and leaves nothing to go back to', async () => {
    const { browser, page } = await signing.openAccount('alice')
    const { cookies } = browser
    const secret = cookies.get('guildpost_session') ?? ''
    const answer = await browser.press(page, '/account/sign-out')
    const left = await browser.follow(answer)
    expect([left.status, left.text]).toEqual([200, expect.stringContaining('You are signed out')])
    expect([...cookies.keys()]).toEqual(['guildpost_login'])
    cookies.set('guildpost_session', secret)
    expect((await browser.open(page.url)).status).toBe(303)
    expect(await signing.sessionsOf('alice')).toEqual([])
  })

  test('of somebody who is gone from the directory says so, and lets them leave', async () => {
    const { browser, page } = await signing.openAccount('alice')
    await signing.api.sql(`update member set state = 'gone', gone_at = now() where uid = 'alice'`)
    const gone = await browser.open(page.url)
    expect([gone.status, gone.text]).toEqual([403, expect.stringContaining('not in the directory any more')])
    expect((await browser.press(page, '/account/tokens?')).status).toBe(403)
    // As DELETE /user/data does, and as the table says.
    expect(gone.html).toContain('href="/account/forget')
    const question = await browser.open(`${signing.url}/account/forget`)
    expect([question.status, question.text]).toEqual([200, expect.stringContaining('Shall guildpost forget')])
    expect((await browser.press(gone, '/account/sign-out')).headers.get('location')).toBe(
      '/signed-out?lang=en',
    )
  })

  test('while the database is away is a page that says so', async () => {
    const { browser, page } = await signing.openAccount('alice')
    const { context } = signing.api
    const there = context.db
    const away = openDatabase('postgres://guildpost@127.0.0.1:1/guildpost', { poolMax: 2 })
    onTestFinished(async () => {
      Object.assign(context, { db: there })
      await away.destroy()
    })
    Object.assign(context, { db: away })
    const answer = await browser.open(page.url)
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('away at the moment')])
  })
})

describe('one’s own data', () => {
  test('are a file to keep', async () => {
    const { browser, page } = await signing.openAccount('alice')
    const address = /href="([^"]*export)"/.exec(page.html)?.[1] ?? ''
    const file = await browser.open(`${signing.url}${address}`)
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="guildpost-alice.json"')
    expect(JSON.parse(file.html)).toMatchObject({ profile: { username: 'alice' } })
  })

  test('are forgotten after one more question, and the browser with them', async () => {
    const { browser, page } = await signing.openAccount('alice')
    await browser.press(page, '/account/tokens?', { name: 'reader', scopes: ['read'], days: '30' })
    await addLink(signing.api, '100000000000000001', signing.ids.alice)
    const question = await browser.open(`${signing.url}/account/forget`)
    expect(question.text).toContain('Shall guildpost forget you?')
    expect(await signing.sessionsOf('alice')).toHaveLength(1)
    const answer = await browser.press(question, '/account/forget')
    const left = await browser.follow(answer)
    expect([left.status, left.text]).toEqual([200, expect.stringContaining('has forgotten you')])
    expect([...browser.cookies.keys()]).toEqual(['guildpost_login'])
    expect(await signing.sessionsOf('alice')).toEqual([])
    expect(await signing.api.sql('select 1 from discord_link')).toEqual([])
    expect(await signing.api.sql('select 1 from api_token')).toEqual([])
    expect((await signing.openAccount('alice')).page.text).toContain('No Discord account is linked to you')
  })

  test('stay while something is on its way, and the page says what', async () => {
    const { browser } = await signing.openAccount('alice')
    const listId = await addList(signing.api, 'news')
    await signing.api.sql(
      `insert into change (id, list_id, member_id, action, state, requested_by, via)
       values ($1, $2, $3, 'subscribe', 'queued', $3, 'api')`,
      [newId(), listId, signing.ids.alice],
    )
    const question = await browser.open(`${signing.url}/account/forget`)
    const refused = await browser.press(question, '/account/forget')
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('on its way (news)')])
    expect(await signing.sessionsOf('alice')).toHaveLength(1)
  })
})

describe('a form of the account page', () => {
  const actions = [
    ['/account', '/account/tokens?'],
    ['/account', '/account/sign-out'],
    ['/account', '/account/sessions/end-others'],
    ['/account/forget', '/account/forget'],
  ] as const

  test.each<[string, Record<string, string>, (other: string) => Record<string, string>]>([
    ['without its token', {}, () => ({ _csrf: '' })],
    ['with the token of another session', {}, (other) => ({ _csrf: other })],
    ['from another site', { origin: 'https://evil.example' }, () => ({})],
    ['from nowhere', { origin: 'null' }, () => ({})],
  ])('%s does nothing', async (_case, headers, fields) => {
    await signing.openAccount('alice')
    const { csrfToken } = await signing.signIn('ada')
    const { browser } = await signing.openAccount('alice')
    for (const [path, action] of actions) {
      const page = await browser.open(`${signing.url}${path}`)
      const sent = { name: 'reader', scopes: ['read'], days: '30', ...fields(csrfToken) }
      const answer = await browser.press(page, action, sent, headers)
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('nothing was done')])
    }
    expect(await signing.api.sql('select 1 from api_token')).toEqual([])
    expect(await signing.sessionsOf('alice')).toHaveLength(2)
  })
})
