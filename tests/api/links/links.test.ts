import { beforeEach, describe, expect, test } from 'vitest'
import { addLink, type Answer, statusesOf } from '../api-server.ts'
import { newBrowser } from '../browser.ts'
import { account, type Linking, other, password, startLinking } from './linking.ts'

let linking: Linking
beforeEach(async (t) => {
  linking = await startLinking(t)
})

describe('the whole way', () => {
  test('links the account that began with the person who signed in, and tells them by mail', async () => {
    const attempt = await linking.begin()
    expect(Date.parse(attempt.expiresAt) - Date.now()).toBeGreaterThan(9 * 60_000)
    const { page, code } = await linking.prove(attempt)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Hello, Alice <b>Ålund</b>!')
    expect(await linking.links()).toEqual([])

    const answer = await linking.enter(code)
    expect(answer.status).toBe(200)
    expect(answer.json()).toEqual({
      username: 'alice',
      displayName: 'Alice <b>Ålund</b>',
      isAdmin: false,
      via: 'discord',
    })
    expect(await linking.links()).toEqual([{ discord_user_id: account, member_id: linking.alice.id }])
    expect((await linking.api.as(account)('GET', '/auth/me')).status).toBe(200)
    const [mail] = await linking.api.sql<Record<string, string>>('select * from mail')
    expect(mail).toMatchObject({ to_address: 'alice@example.org', kind: 'link.made', state: 'queued' })
    expect(mail?.['text_body']).toContain('ali & <ce>')
    expect(mail?.['html_body']).not.toContain('<ce>')
    expect(mail?.['text_body']).toContain('After that, ask your admins, or type /unlink')
    const audit = await linking.api.sql('select event from audit_entry order by id')
    expect(audit.map(({ event }) => event)).toEqual([
      'link.begun',
      'link.sign_in_tried',
      'link.proven',
      'link.made',
    ])
  })

  test('keeps no secret in the clear, in the database or in the log', async () => {
    const attempt = await linking.begin()
    const token = attempt.url.split('/').at(-1) ?? ''
    expect(Buffer.from(token, 'base64url')).toHaveLength(20)
    const { code } = await linking.prove(attempt)
    await linking.enter(code)
    const [mail] = await linking.api.sql<{ text_body: string }>('select text_body from mail')
    const undo = /\/undo\/([\w-]+)/.exec(mail?.text_body ?? '')?.[1] ?? ''
    const stored = JSON.stringify(
      await linking.api.sql('select *, encode(token_hash, $1) from link_attempt', ['escape']),
    )
    const audited = JSON.stringify(await linking.api.sql('select * from audit_entry'))
    await newBrowser().open(`${linking.url}/undo/${undo}`)
    for (const secret of [token, undo, password]) {
      expect(stored).not.toContain(secret)
      expect(audited).not.toContain(secret)
      expect(linking.api.log.join('\n')).not.toContain(secret)
    }
    expect(linking.api.log.join('\n')).toContain('/link/:token')
  })

  test('a code that was entered twice with one key is one link', async () => {
    const { code } = await linking.prove(await linking.begin())
    const key = { 'idempotency-key': 'one-interaction' }
    const answers = await Promise.all([linking.enter(code, account, key), linking.enter(code, account, key)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await linking.enter(code, account, key)).json()).toEqual(answers[0]?.json())
    expect(await linking.api.sql('select 1 from mail')).toHaveLength(1)
  })
})

describe('a link that was opened by somebody else', () => {
  test('links nobody: their code is of no use to any other account', async () => {
    const { code } = await linking.prove(await linking.begin(account))
    const without = await linking.enter(code, other)
    expect([without.status, without.json()['code']]).toEqual([404, 'NOT_FOUND'])
    await linking.begin(other)
    expect((await linking.enter(code, other)).status).toBe(409)
    expect(await linking.links()).toEqual([])
  })

  test('is bound to the browser that signed in first', async () => {
    const attempt = await linking.begin()
    const first = newBrowser()
    await first.submit(await first.open(attempt.url), { username: 'alice', password: 'wrong' })
    const { page } = await linking.prove(attempt)
    expect(page.status).toBe(403)
    expect(page.text).toContain('another browser')
    expect((await linking.prove(attempt, first)).page.status).toBe(200)
  })
})

describe('the code', () => {
  test('may be wrong four times, and says how many tries are left', async () => {
    const { code } = await linking.prove(await linking.begin())
    const wrong = code === '000000' ? '000001' : '000000'
    for (const triesLeft of [4, 3, 2, 1]) {
      const answer = await linking.enter(wrong)
      expect(answer.status).toBe(403)
      expect(answer.json()).toMatchObject({
        code: 'PERMISSION_DENIED',
        details: { reason: 'CODE_WRONG', triesLeft },
      })
    }
    expect((await linking.enter(code)).status).toBe(200)
  })

  test('is spent after five tries, even with one Idempotency-Key', async () => {
    const { code } = await linking.prove(await linking.begin())
    const wrong = code === '000000' ? '000001' : '000000'
    let last: Answer | undefined
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      last = await linking.enter(wrong, account, { 'idempotency-key': 'k' })
      expect(last.json()).toMatchObject({ details: { triesLeft } })
    }
    // Who types the password again needs not wait, unlike after a mail.
    expect(last?.headers['retry-after']).toBeUndefined()
    expect(last?.json()).toMatchObject({ detail: expect.stringContaining('left. Type /link') as string })
    const answer = await linking.enter(code)
    expect(answer.status).toBe(409)
    expect(answer.json()).toMatchObject({ details: { reason: 'LINK_EXPIRED' } })
    expect(await linking.links()).toEqual([])
  })

  test('is no good after ten minutes, before signing in, and after a newer link', async () => {
    const { code } = await linking.prove(await linking.begin())
    await linking.api.sql(`update link_attempt set expires_at = expires_at - interval '10 minutes'`)
    expect((await linking.enter(code)).json()).toMatchObject({ details: { reason: 'LINK_EXPIRED' } })
    await linking.begin()
    expect((await linking.enter(code)).json()).toMatchObject({ details: { reason: 'LINK_NOT_PROVEN' } })
    expect(await linking.links()).toEqual([])
  })

  test.each(['12345', '1234567', 'abcdef', '１２３４５６', '', '12345\u0000'])(
    '%j is not even one',
    async (code) => {
      expect((await linking.enter(code)).status).toBe(400)
    },
  )
})

describe('who is linked already', () => {
  test('an account is refused, and told how to move', async () => {
    await addLink(linking.api, account, linking.alice.id)
    const answer = await linking.api.as(account)('POST', '/links', { discordName: 'alice', locale: 'en' })
    expect(answer.status).toBe(409)
    expect(answer.json()).toMatchObject({ code: 'CONFLICT', details: { reason: 'ALREADY_LINKED' } })
    expect(answer.text).toContain('/unlink')
  })

  test('a person gets their code, and is told that it moves nothing yet', async () => {
    await addLink(linking.api, other, linking.alice.id)
    const { page } = await linking.prove(await linking.begin())
    expect(page.status).toBe(200)
    expect(page.text).toContain('You are linked to another Discord account already. So nothing changes')
  })

  test('a person who was linked meanwhile is asked first', async () => {
    const { page, code } = await linking.prove(await linking.begin())
    expect(page.text).not.toContain('another Discord account')
    await addLink(linking.api, other, linking.alice.id)
    expect((await linking.enter(code)).status).toBe(202)
    expect(await linking.links()).toEqual([{ discord_user_id: other, member_id: linking.alice.id }])
  })

  test('the same code twice at once: one link', async () => {
    const { code } = await linking.prove(await linking.begin())
    const answers = await Promise.all([linking.enter(code), linking.enter(code), linking.enter(code)])
    expect(statusesOf(answers)).toEqual([200, 409, 409])
    expect(await linking.links()).toHaveLength(1)
  })

  test('two accounts at once for one person: one of them is linked, the other one has to ask it', async () => {
    const codes = [
      (await linking.prove(await linking.begin(account))).code,
      (await linking.prove(await linking.begin(other))).code,
    ]
    const answers = await Promise.all([
      linking.enter(codes[0] ?? '', account),
      linking.enter(codes[1] ?? '', other),
    ])
    expect(statusesOf(answers)).toEqual([200, 202])
    expect(await linking.links()).toHaveLength(1)
  })
})

describe('beginning', () => {
  test.each([
    ['no name', { discordName: '' }],
    ['a long name', { discordName: 'x'.repeat(101) }],
    ['a control character', { discordName: 'a\u0000b' }],
    ['another language', { locale: 'fr' }],
    ['something more', { admin: true }],
  ])('%s is 400', async (_case, more) => {
    const answer = await linking.api.as(account)('POST', '/links', {
      discordName: 'alice',
      locale: 'en',
      ...more,
    })
    expect(answer.status).toBe(400)
  })

  test('tells what is left of its limit', async () => {
    const body = { discordName: 'alice', locale: 'en' }
    const { headers } = await linking.api.as(account)('POST', '/links', body)
    expect([headers['ratelimit-limit'], headers['ratelimit-remaining']]).toEqual(['8', '7'])
    await addLink(linking.api, account, linking.alice.id)
    const refused = await linking.api.as(account)('POST', '/links', body)
    expect([refused.status, refused.headers['ratelimit-remaining']]).toEqual([409, '7'])
  })

  test('too often is 429, and leaves the last one open', async () => {
    let last = await linking.begin()
    for (let time = 1; time < 8; time += 1) last = await linking.begin()
    const answer = await linking.api.as(account)('POST', '/links', { discordName: 'alice', locale: 'en' })
    expect(answer.status).toBe(429)
    expect(answer.headers['ratelimit-remaining']).toBe('0')
    expect((await newBrowser().open(last.url)).status).toBe(200)
  })
})

describe('ending a link', () => {
  test('by the account itself', async () => {
    await addLink(linking.api, account, linking.alice.id)
    expect((await linking.api.as(account)('DELETE', '/links/mine')).status).toBe(204)
    expect(await linking.links()).toEqual([])
    expect((await linking.api.as(account)('DELETE', '/links/mine')).json()).toMatchObject({
      code: 'NOT_LINKED',
    })
    expect(await linking.api.sql('select via, outcome from audit_entry')).toEqual([
      { via: 'discord', outcome: 'asked' },
    ])
  })

  test('again with the same key is the same answer, although there is no link any more', async () => {
    await addLink(linking.api, account, linking.alice.id)
    const key = { 'idempotency-key': 'one-interaction' }
    const end = () => linking.api.as(account)('DELETE', '/links/mine', undefined, key)
    expect((await end()).status).toBe(204)
    const again = await end()
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([204, 'true'])
  })

  test('by the mail: opening asks, the button does it, once', async () => {
    const { code } = await linking.prove(await linking.begin())
    await linking.enter(code)
    const [mail] = await linking.api.sql<{ html_body: string }>('select html_body from mail')
    const address = /href="([^"]+)"/.exec(mail?.html_body ?? '')?.[1] ?? ''
    const browser = newBrowser()
    const page = await browser.open(address)
    expect(page.text).toContain('Undo this link?')
    expect(page.text).toContain('ali & <ce>')
    expect(await linking.links()).toHaveLength(1)
    const done = await browser.submit(page, {})
    expect(done.status).toBe(200)
    expect(done.text).toContain('can’t act for you any more')
    expect(await linking.links()).toEqual([])
    expect((await browser.submit(page, {})).status).toBe(410)
    const over = await browser.open(address)
    expect(over.text).toContain('nothing to undo')
    expect(over.text).toContain('or ask your admins')
    expect((await linking.enter(code)).json()).toMatchObject({ details: { reason: 'LINK_NOT_BEGUN' } })
    expect((await linking.prove(await linking.begin())).page.status).toBe(200)
  })

  test('by the mail for a week, and not after that', async () => {
    const { code } = await linking.prove(await linking.begin())
    await linking.enter(code)
    const [mail] = await linking.mails('link.made')
    const address = /href="([^"]+)"/.exec(mail?.html_body ?? '')?.[1] ?? ''
    const browser = newBrowser()
    await linking.api.sql(`update link_attempt set expires_at = expires_at - interval '6 days 23 hours'`)
    const page = await browser.open(address)
    expect(page.status).toBe(200)
    await linking.api.sql(`update link_attempt set expires_at = expires_at - interval '1 hour'`)
    expect((await browser.open(address)).status).toBe(410)
    expect((await browser.submit(page, {})).status).toBe(410)
    expect(await linking.links()).toHaveLength(1)
  })
})
