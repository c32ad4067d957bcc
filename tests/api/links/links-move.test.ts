import { beforeEach, describe, expect, test } from 'vitest'
import { addLink, addMember } from '../api-server.ts'
import { newBrowser, type Page } from '../browser.ts'
import { codeInMail, type Linking, type Message, pageInMail, startLinking } from './linking.ts'

const old = '100000000000000009'
const account = '100000000000000001'
const other = '100000000000000002'

let linking: Linking
beforeEach(async (t) => {
  linking = await startLinking(t)
  await addLink(linking.api, old, linking.alice.id)
  await linking.api.sql(`update discord_link set locale = 'zh-TW'`)
})

const ofAlice = (discordUserId: string) => [{ discord_user_id: discordUserId, member_id: linking.alice.id }]

/** From the password to the question; gives the page where it is answered. */
async function ask(by = account): Promise<string> {
  const { code } = await linking.prove(await linking.begin(by))
  const answer = await linking.enter(code, by)
  expect(answer.status).toBe(202)
  return pageInMail((await linking.mails('link.move')).at(-1))
}

const pageInMessage = (message: Message | undefined) =>
  message?.body.components?.[0]?.components[0]?.url ?? ''

const open = (url: string) => newBrowser().open(`${url}?lang=en`)

const sortedStatuses = (pages: Page[]) => pages.map(({ status }) => status).toSorted((a, b) => a - b)

async function sayYes(url: string): Promise<Page> {
  const browser = newBrowser()
  return browser.submit(await browser.open(`${url}?lang=en`), {})
}

describe('a link that another account has', () => {
  test('moves only after its owner has said yes, on the page', async () => {
    const { code } = await linking.prove(await linking.begin())
    const answer = await linking.enter(code, account, { 'idempotency-key': 'one-interaction' })
    expect([answer.status, answer.json(), answer.headers['location']]).toEqual([
      202,
      {
        username: 'alice',
        displayName: 'Alice <b>Ålund</b>',
        askedBy: ['discord', 'mail'],
        expiresAt: expect.stringMatching(/^\d{4}-/) as unknown,
      },
      '/api/v1/auth/me',
    ])
    expect(await linking.links()).toEqual(ofAlice(old))

    const [mail] = await linking.mails()
    expect(mail).toMatchObject({ kind: 'link.move', to_address: 'alice@example.org' })
    expect(mail?.subject).toBe('要把你的連結移到另一個 Discord 帳號嗎？')
    const [message] = await linking.messages()
    expect(message).toMatchObject({ kind: 'link.move', destination_id: old, body: { mail: null } })
    expect(message?.body.content).toContain('用 **Alice \\<b\\>Ålund\\</b\\>** 的目錄密碼登入')
    const [button] = message?.body.components?.[0]?.components ?? []
    expect(button).toEqual({ type: 2, style: 5, label: '看看會發生什麼', url: pageInMail(mail) })

    const page = await open(pageInMail(mail))
    expect(page.status).toBe(200)
    expect(page.text).toContain('Move your link?')
    expect(page.text).toContain('ali & <ce>')
    expect(page.html).not.toContain('<ce>')
    expect(await linking.links()).toEqual(ofAlice(old))

    const done = await sayYes(pageInMail(mail))
    expect(done.status).toBe(200)
    expect(done.text).toContain('The Discord account ali & <ce> acts for you now')
    // Whether Discord takes the messages is not known yet.
    expect(done.text).not.toContain('Both were told')
    expect(await linking.links()).toEqual(ofAlice(account))
    expect((await linking.api.as(account)('GET', '/auth/me')).status).toBe(200)
    expect((await linking.api.as(old)('GET', '/auth/me')).json()).toMatchObject({ code: 'NOT_LINKED' })
    const told = await linking.messages('link.moved')
    expect(told.map(({ destination_id: to }) => to)).toEqual([old, account])
    expect(told[0]?.body.content).toContain('連結已經移動')
    expect(told[1]?.body.content).toContain('The link has moved here')
    expect((await linking.mails('link.made')).map(({ to_address: to }) => to)).toEqual(['alice@example.org'])
    expect(
      await linking.api.sql(`select unlink_reason, method from discord_link order by linked_at`),
    ).toEqual([
      { unlink_reason: 'moved', method: 'web' },
      { unlink_reason: null, method: 'web' },
    ])
    const events = await linking.api.sql(
      `select event, outcome, via from audit_entry where event like 'link.%' order by at, id`,
    )
    expect(events.slice(-3)).toEqual([
      { event: 'link.move_asked', outcome: 'moving', via: 'discord' },
      { event: 'link.ended', outcome: 'moved', via: 'web' },
      { event: 'link.made', outcome: 'linked', via: 'web' },
    ])
    const again = await linking.enter(code, account, { 'idempotency-key': 'one-interaction' })
    expect([again.status, again.json()]).toEqual([202, answer.json()])
  })

  test('moves by the code from a mail too, which says so, and without an admin’s rights', async () => {
    await linking.api.sql('update member set is_admin = true')
    await linking.beginByMail('alice', account)
    const [mail] = await linking.mails('link.code')
    expect(mail?.text_body).toContain('已經有另一個 Discord 帳號連結到你')
    expect((await linking.enter(codeInMail(mail))).json()).toMatchObject({ askedBy: ['discord'] })
    const [message] = await linking.messages('link.move')
    const url = pageInMessage(message)
    expect((await open(url)).text).toContain('typed the code from our mail')
    expect((await sayYes(url)).status).toBe(200)
    expect(await linking.links()).toEqual(ofAlice(account))
    const [away, here] = await linking.messages('link.moved')
    expect(away?.body.content).toContain('就是有人能讀你的信')
    expect(here?.body.content).toContain('You’re an admin.')
    expect((await linking.mails('link.made'))[0]?.text_body).toContain('change the password of your mailbox')
    expect((await linking.api.as(account)('GET', '/auth/me')).json()).toMatchObject({ isAdmin: false })
  })

  test('whoever has only the mailbox does not get it: the letter tells, and cannot say yes', async () => {
    await linking.beginByMail('alice', account)
    expect((await linking.enter(codeInMail((await linking.mails('link.code'))[0]))).status).toBe(202)
    const mails = await linking.mails()
    expect(mails.map(({ kind, to_address: to }) => `${kind} ${to}`)).toEqual([
      'link.code alice@example.org',
      'link.move alice@example.org',
    ])
    const token = pageInMessage((await linking.messages('link.move'))[0])
      .split('/')
      .at(-1)
    expect(token).toHaveLength(27)
    expect(JSON.stringify(mails)).not.toContain(token)
    expect(mails[1]?.text_body).not.toMatch(/\/move\/|https?:/)
    expect(mails[1]?.text_body).toContain('輸入 /link，並在網頁登入')
    expect(await linking.links()).toEqual(ofAlice(old))
  })

  test('is not asked for in a mailbox that somebody else reads too', async () => {
    await linking.api.sql(
      `update member set mails = '{family@example.org,alice@example.org}', mail_keys = '{family@example.org,alice@example.org}'`,
    )
    await addMember(linking.api, 'eve', { mails: ['family@example.org'] })
    await sayYes(await ask())
    expect((await linking.mails()).map(({ kind, to_address: to }) => `${kind} ${to}`)).toEqual([
      'link.move alice@example.org',
      'link.made alice@example.org',
    ])
  })

  test('whoever has only a shared address is asked in Discord only, and no mail can undo it', async () => {
    await addMember(linking.api, 'eve', { mails: ['alice@example.org'] })
    const { code } = await linking.prove(await linking.begin())
    expect((await linking.enter(code)).json()).toMatchObject({ askedBy: ['discord'] })
    await sayYes(pageInMessage((await linking.messages('link.move'))[0]))
    expect(await linking.links()).toEqual(ofAlice(account))
    expect(await linking.mails()).toEqual([])
  })

  test('whoever has no address is asked in Discord only', async () => {
    await linking.api.sql(`update member set mails = '{}', mail_keys = '{}'`)
    const { code } = await linking.prove(await linking.begin())
    expect((await linking.enter(code)).json()).toMatchObject({ askedBy: ['discord'] })
    const [message] = await linking.messages('link.move')
    expect((await sayYes(pageInMessage(message))).status).toBe(200)
    expect(await linking.links()).toEqual(ofAlice(account))
  })

  test('stays where it is when nobody answers', async () => {
    const url = await ask()
    expect((await linking.enter('123456')).json()).toMatchObject({ details: { reason: 'LINK_MOVING' } })
    await linking.api.sql(`update link_attempt set expires_at = expires_at - interval '1 hour'`)
    expect((await open(url)).status).toBe(410)
    const late = await sayYes(url)
    expect([late.status, late.text]).toEqual([410, expect.stringContaining('This question is over')])
    expect(await linking.links()).toEqual(ofAlice(old))
    expect((await linking.api.as(old)('GET', '/auth/me')).status).toBe(200)
  })

  test('can be undone by the mail about it', async () => {
    await sayYes(await ask())
    const [mail] = await linking.mails('link.made')
    const browser = newBrowser()
    await browser.submit(await browser.open(pageInMail(mail)), {})
    expect(await linking.links()).toEqual([])
    const [told] = await linking.messages('link.ended')
    expect(told).toMatchObject({ destination_id: account, body: { mail: null } })
    expect(told?.body.content).toContain('was undone, with the mail')
  })

  test.each([1, 2, 3])('a yes, and being forgotten at once: one after the other (%i)', async (round) => {
    const url = await ask()
    const forget = () => linking.api.as(old)('DELETE', '/user/data')
    const [page, forgotten] = await Promise.all([sayYes(url), forget()])
    expect([page.status, forgotten.status, round]).toSatisfy(
      ([yes, gone]) => (yes === 200 || yes === 410) && (gone === 204 || gone === 403),
    )
    // A link that stands has its attempt, so that the mail about it can undo it.
    const undoable = await linking.api.sql(
      `select l.id from discord_link l where l.unlinked_at is null
         and not exists (select 1 from link_attempt a where a.link_id = l.id and a.undo_hash is not null)
         and l.discord_user_id = $1`,
      [account],
    )
    expect(undoable).toEqual([])
  })
})

describe('the page', () => {
  test('used again says that it is over, and moves nothing back', async () => {
    const url = await ask()
    const browser = newBrowser()
    const page = await browser.open(url)
    expect((await browser.submit(page, {})).status).toBe(200)
    await linking.api.as(account)('DELETE', '/links/mine')
    await addLink(linking.api, old, linking.alice.id)
    for (const replayed of [await browser.submit(page, {}), await browser.open(url), await open(url)])
      expect(replayed.status).toBe(410)
    expect(await linking.links()).toEqual(ofAlice(old))
  })

  test('sent twice at once moves once', async () => {
    const url = await ask()
    const pages = await Promise.all([sayYes(url), sayYes(url), sayYes(url)])
    expect(sortedStatuses(pages)).toEqual([200, 410, 410])
    expect(await linking.links()).toEqual(ofAlice(account))
    expect(await linking.messages('link.moved')).toHaveLength(2)
  })

  test('consumes nothing when it is opened, and is kept out of caches, frames and logs', async () => {
    const url = await ask()
    for (const _time of [1, 2, 3]) {
      const page = await open(url)
      expect(page.status).toBe(200)
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(page.headers.getSetCookie().join()).toMatch(
        /^guildpost_move=.*Path=\/move; HttpOnly; SameSite=Lax$/,
      )
    }
    const token = url.split('/').at(-1) ?? ''
    expect(Buffer.from(token, 'base64url')).toHaveLength(20)
    await sayYes(url)
    expect(linking.api.log.join('\n')).not.toContain(token)
    expect(linking.api.log.join('\n')).toContain('/move/:token')
    const kept = await linking.api.sql(
      `select to_jsonb(a)::text as row from link_attempt a union all select to_jsonb(i)::text from idempotency_record i
       union all select to_jsonb(e)::text from audit_entry e`,
    )
    expect(JSON.stringify(kept)).not.toContain(token)
  })

  test('speaks the language of the one who is asked', async () => {
    const page = await newBrowser().open(await ask())
    expect(page.text).toContain('要移動你的連結嗎？')
  })

  test.each([
    ['without its cookie', 'cookie', {}, {}],
    ['with another hidden value', '', { form: 'x' }, {}],
    ['from another site', '', {}, { origin: 'https://evil.example' }],
    ['from nowhere', '', {}, { origin: 'null' }],
  ] as const)('sent %s moves nothing, and asks again', async (_case, without, fields, headers) => {
    const url = await ask()
    const browser = newBrowser()
    const page = await browser.open(`${url}?lang=en`)
    if (without === 'cookie') browser.cookies.clear()
    const refused = await browser.submit(page, fields, headers)
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining('say it once more from here'),
    ])
    expect(await linking.links()).toEqual(ofAlice(old))
    expect((await browser.submit(refused, {})).status).toBe(200)
  })

  test.each(['unknown', 'a'.repeat(27), '%27%20or%201=1'])('of no question (%s) is over', async (token) => {
    expect((await open(`${linking.url}/move/${token}`)).status).toBe(410)
    expect((await sayYes(`${linking.url}/move/${token}`)).status).toBe(410)
  })

  test('is over when the account began anew, was linked otherwise, or the person has left', async () => {
    const begunAnew = await ask()
    await linking.begin()
    expect((await sayYes(begunAnew)).status).toBe(410)

    const linkedOtherwise = await ask()
    const bob = await addMember(linking.api, 'bob')
    await addLink(linking.api, account, bob.id)
    expect((await sayYes(linkedOtherwise)).status).toBe(410)

    const left = await ask(other)
    await linking.api.sql(`update member set state = 'gone', gone_at = now() where uid = 'alice'`)
    expect((await sayYes(left)).status).toBe(410)
    expect(await linking.links()).toEqual(
      expect.arrayContaining([...ofAlice(old), { discord_user_id: account, member_id: bob.id }]),
    )
  })

  test('works as well after the owner has unlinked the old account', async () => {
    const url = await ask()
    await linking.api.as(old)('DELETE', '/links/mine')
    const done = await sayYes(url)
    expect(done.status).toBe(200)
    expect(done.text).toContain('The account before had no link any more')
    expect(done.text).not.toMatch(/both/i)
    expect(await linking.links()).toEqual(ofAlice(account))
    expect((await linking.messages('link.moved')).map(({ destination_id: to }) => to)).toEqual([account])
  })
})

describe('two accounts that both want it', () => {
  test.each([1, 2, 3])('asked for one person, both with a yes at once: exactly one wins (%i)', async () => {
    const urls = [await ask(account), await ask(other)]
    const pages = await Promise.all(urls.map(sayYes))
    expect(sortedStatuses(pages)).toEqual([200, 410])
    const links = await linking.links()
    expect(links).toHaveLength(1)
    const winner = pages[0]?.status === 200 ? account : other
    expect(links).toEqual(ofAlice(winner))
    expect((await linking.messages('link.moved')).map(({ destination_id: to }) => to)).toEqual([old, winner])
    for (const url of urls) expect((await open(url)).status).toBe(410)
  })

  test('a yes and a new link of somebody else at once: one link', async () => {
    const url = await ask(account)
    const { code } = await linking.prove(await linking.begin(other))
    await linking.api.as(old)('DELETE', '/links/mine')
    const [page, entered] = await Promise.all([sayYes(url), linking.enter(code, other)])
    // Whoever came first has it: a new link asks the mover's account first, a mover finds the place taken.
    expect(['200 202', '410 200']).toContain(`${page.status} ${entered.status}`)
    expect(await linking.links()).toHaveLength(1)
  })
})
