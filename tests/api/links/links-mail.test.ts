import { beforeEach, describe, expect, test } from 'vitest'
import { beginLink } from '../../../domain/store/links/begin-link.ts'
import { rows } from '../../../domain/store/database.ts'
import { addLink, addList, addMember, type Answer, limiterOf, statusesOf } from '../api-server.ts'
import { newBrowser } from '../browser.ts'
import { account, codeInMail, type Linking, other, otherThan, pageInMail, startLinking } from './linking.ts'

let linking: Linking
beforeEach(async (t) => {
  linking = await startLinking(t)
})

/** An answer as it can be compared with another one: without what is new in each. */
const comparable = ({ status, headers, text, json }: Answer) => {
  const { id, expiresAt } = json<{ id: string; expiresAt: string }>()
  const { 'x-request-id': _id, date: _date, ...rest } = headers
  return { status, headers: rest, body: text.replace(id, 'ID').replace(expiresAt, 'TIME') }
}

const codeFor = async (username: string, by = account): Promise<string> => {
  await linking.beginByMail(username, by)
  return codeInMail((await linking.mails('link.code')).at(-1))
}

describe('the whole way', () => {
  test('links the account that asked with the person whose mailbox the code was sent to', async () => {
    const begun = await linking.beginByMail('alice')
    expect(begun.status).toBe(201)
    const { expiresAt } = begun.json<{ expiresAt: string }>()
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(14 * 60_000)
    const [mail] = await linking.mails()
    expect(mail).toMatchObject({ kind: 'link.code', to_address: 'alice@example.org' })
    expect(mail?.text_body).toContain('“ali & <ce>” says that it belongs to you')
    expect(mail?.text_body).toContain('Nobody of the team will ever ask you for this code')
    expect(mail?.text_body).toContain('If it wasn’t you')
    expect(mail?.text_body).not.toContain('Another Discord account')
    expect(mail?.html_body).not.toContain('<ce>')

    const answer = await linking.enter(codeInMail(mail))
    expect([answer.status, answer.json()]).toEqual([
      200,
      { username: 'alice', displayName: 'Alice <b>Ålund</b>', isAdmin: false, via: 'discord' },
    ])
    expect(await linking.links()).toEqual([{ discord_user_id: account, member_id: linking.alice.id }])
    expect(await linking.api.sql('select method from discord_link')).toEqual([{ method: 'mail' }])
    expect((await linking.mails('link.made')).map(({ to_address: to }) => to)).toEqual(['alice@example.org'])
    expect((await linking.enter(codeInMail(mail))).json()).toMatchObject({
      details: { reason: 'ALREADY_LINKED' },
    })
  })

  test('whatever the case of the user name, and in the language of the account', async () => {
    const begun = await linking.beginByMail(' ALICE ', account, { locale: 'zh-TW' })
    expect(begun.status).toBe(201)
    const [mail] = await linking.mails()
    expect(mail?.subject).toBe('連結 Discord 的驗證碼')
    expect((await linking.enter(codeInMail(mail))).status).toBe(200)
  })

  test('an admin has no admin rights by it, and is told so', async () => {
    const ada = await addMember(linking.api, 'ada', { isAdmin: true })
    const answer = await linking.enter(await codeFor('ada'))
    expect(answer.json()).toMatchObject({ username: 'ada', isAdmin: false, adminRightsUnused: true })
    expect(await linking.links()).toEqual([{ discord_user_id: account, member_id: ada.id }])
    expect((await linking.api.as(account)('GET', '/auth/me')).json()).toMatchObject({ isAdmin: false })
    const refused = await linking.api.as(account)('GET', `/admin/links/${account}`)
    expect([refused.status, refused.json()]).toMatchObject([
      403,
      { details: { reason: 'LINK_WITHOUT_RIGHTS' } },
    ])
  })

  test('the owner of a list has no owner’s rights by it, and is told why', async () => {
    const news = await addList(linking.api, 'news')
    await linking.enter(await codeFor('alice'))
    const asAlice = () => linking.api.as(account)('GET', '/admin/lists/news/members')
    expect((await asAlice()).json()).toMatchObject({ details: { reason: 'OWNERS_ONLY' } })
    await linking.api.sql('insert into list_owner (list_id, member_id) values ($1, $2)', [
      news,
      linking.alice.id,
    ])
    expect((await asAlice()).json()).toMatchObject({ details: { reason: 'LINK_WITHOUT_RIGHTS' } })
    // An admin is what she is not by any link.
    const asAdmin = await linking.api.as(account)('GET', `/admin/links/${account}`)
    expect(asAdmin.json()).toMatchObject({ details: { reason: 'ADMINS_ONLY' } })
  })

  test.each(['mail', 'import'])(
    'by %s nobody deletes what is theirs, before they are gone',
    async (method) => {
      await linking.enter(await codeFor('alice'))
      await linking.api.sql('update discord_link set method = $1', [method])
      const refused = await linking.api.as(account)('DELETE', '/user/data')
      expect([refused.status, refused.json()]).toMatchObject([
        403,
        { details: { reason: 'LINK_NOT_ENOUGH' } },
      ])
      expect(await linking.links()).toHaveLength(1)
      await linking.api.sql(`update member set state = 'gone', gone_at = now()`)
      expect((await linking.api.as(account)('DELETE', '/user/data')).status).toBe(204)
    },
  )

  test('undone by the mail about it, the account hears of it, in its own language', async () => {
    await addLink(linking.api, other, (await addMember(linking.api, 'bob')).id)
    await linking.beginByMail('alice', account, { locale: 'zh-TW' })
    await linking.enter(codeInMail((await linking.mails('link.code'))[0]))
    const [made] = await linking.mails('link.made')
    expect(made?.text_body).toContain('更改信箱的密碼')
    const browser = newBrowser()
    const done = await browser.submit(await browser.open(`${pageInMail(made)}?lang=en`), {})
    expect(done.text).toContain('change the password of your mailbox')
    expect(await linking.messages()).toMatchObject([
      { kind: 'link.ended', destination_id: account, body: { mail: null } },
    ])
    expect((await linking.messages())[0]?.body.content).toContain('有人用通知信解除了')
  })

  test('keeps the code nowhere but in the mail', async () => {
    const code = await codeFor('alice')
    await linking.enter(code, account, { 'idempotency-key': 'one-interaction' })
    const kept = await linking.api.sql(
      `select to_jsonb(a)::text as row from link_attempt a union all select to_jsonb(i)::text from idempotency_record i
       union all select to_jsonb(e)::text from audit_entry e`,
    )
    expect(kept.length).toBeGreaterThan(3)
    expect(JSON.stringify(kept)).not.toMatch(new RegExp(`[^0-9a-f]${code}[^0-9a-f]`))
    expect(linking.api.log.join('\n')).not.toMatch(new RegExp(`[^0-9a-f]${code}[^0-9a-f]`))
  })
})

describe('never tells who exists', () => {
  test('the answer is the same for everybody and nobody; a mail goes only to who is there', async () => {
    const { api } = linking
    await addMember(api, 'nomail', { mails: [] })
    await addMember(api, 'gone', { gone: true })
    await addLink(api, other, (await addMember(api, 'linked')).id)
    await addMember(api, 'twin', { mails: ['twins@example.org'] })
    await addMember(api, 'twin2', { mails: ['twins@example.org'] })
    const names = ['alice', 'nobody at all', 'nomail', 'gone', 'linked', 'twin', "x') or 1=1 --", '*']
    const answers = []
    for (const [at, name] of names.entries())
      answers.push(await linking.beginByMail(name, `30000000000000000${at}`))
    for (const answer of answers) expect(comparable(answer)).toEqual(comparable(answers[0] ?? answer))
    expect((await linking.mails()).map(({ to_address: to }) => to)).toEqual([
      'alice@example.org',
      'linked@example.org',
    ])
  })

  test('and a wrong code counts down alike, to the same pause', async () => {
    const seen = []
    for (const [name, by] of [
      ['alice', account],
      ['nobody', other],
    ] as const) {
      await linking.beginByMail(name, by)
      const right = codeInMail((await linking.mails('link.code')).at(-1))
      const answers = []
      for (let time = 0; time < 6; time += 1) answers.push(await linking.enter(otherThan(right), by))
      seen.push(answers.map(({ status, text, headers }) => [status, text, headers['retry-after']]))
    }
    expect(seen[1]).toEqual(seen[0])
    expect(seen[0]?.map(([status]) => status)).toEqual([403, 403, 403, 403, 403, 409])
    expect(seen[0]?.[4]?.[2]).toBe('900')
  })

  test('who shares a mailbox gets the code at an address of their own', async () => {
    await addMember(linking.api, 'bob', {
      mails: ['family@example.org', 'bob@example.org', 'bobby@example.org'],
    })
    await addMember(linking.api, 'eve', { mails: ['family@example.org'] })
    await addMember(linking.api, 'left', { mails: ['bob@example.org'], gone: true })
    await linking.beginByMail('bob')
    expect((await linking.mails()).map(({ to_address: to }) => to)).toEqual(['bob@example.org'])
  })

  test('a user name that two have names neither of them', async () => {
    await addMember(linking.api, 'Alice', { mails: ['other-alice@example.org'] })
    expect((await linking.beginByMail('alice')).status).toBe(201)
    expect(await linking.mails()).toEqual([])
  })
})

describe('the code', () => {
  test('is of no use to any other account', async () => {
    const code = await codeFor('alice')
    expect((await linking.enter(code, other)).status).toBe(404)
    await linking.beginByMail('nobody', other)
    expect((await linking.enter(code, other)).json()).toMatchObject({ details: { reason: 'CODE_WRONG' } })
    expect(await linking.links()).toEqual([])
  })

  test('is over after a quarter of an hour, and with a newer one', async () => {
    const code = await codeFor('alice')
    await linking.api.sql(`update link_attempt set expires_at = expires_at - interval '15 minutes'`)
    expect((await linking.enter(code)).json()).toMatchObject({ details: { reason: 'LINK_EXPIRED' } })
    const first = await codeFor('alice')
    const second = await codeFor('alice')
    expect(second).not.toBe(first)
    expect((await linking.enter(first)).json()).toMatchObject({ details: { reason: 'CODE_WRONG' } })
    expect((await linking.enter(second)).status).toBe(200)
  })

  test('and being forgotten at once: one after the other, nobody waits for nobody', async () => {
    await addLink(linking.api, other, linking.alice.id)
    for (const _round of [1, 2, 3, 4, 5]) {
      const code = await codeFor('alice')
      const [entered, forgotten] = await Promise.all([
        linking.enter(code),
        linking.api.as(other)('DELETE', '/user/data'),
      ])
      expect([202, 200, 404]).toContain(entered.status)
      expect(forgotten.status).toBe(204)
      await linking.api.sql('delete from link_attempt')
      await linking.api.sql('delete from discord_link')
      await addLink(linking.api, other, linking.alice.id)
    }
  })

  test('of two that were begun at once is the one that was begun last', async () => {
    const { db } = linking.api.context
    const slow = Promise.withResolvers<void>()
    const begun = db.transaction(async (tx) => {
      await rows(tx, 'select now()', {})
      await slow.promise
      return beginLink(tx, {
        discordUserId: account,
        request: { discordName: 'ali', locale: 'en' },
        requestId: null,
      })
    })
    await codeFor('alice')
    slow.resolve()
    await begun
    expect((await linking.enter('123456')).json()).toMatchObject({ details: { reason: 'LINK_NOT_PROVEN' } })
  })

  test('links nobody who has left the directory meanwhile', async () => {
    const code = await codeFor('alice')
    await linking.api.sql(`update member set state = 'gone', gone_at = now()`)
    expect((await linking.enter(code)).json()).toMatchObject({ details: { reason: 'MEMBER_GONE' } })
  })

  test('after five wrong ones the account pauses, and then begins again', async () => {
    const code = await codeFor('alice')
    for (let time = 0; time < 5; time += 1) await linking.enter(otherThan(code))
    const refused = await linking.beginByMail('alice')
    expect([refused.status, refused.json()]).toMatchObject([
      429,
      { code: 'TOO_MANY_REQUESTS', details: { reason: 'LINK_PAUSED' } },
    ])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(14 * 60)
    const onPage = await linking.api.as(account)('POST', '/links', { discordName: 'alice', locale: 'en' })
    expect(onPage.status).toBe(429)
    expect((await linking.beginByMail('alice', other)).status).toBe(201)
    await linking.api.sql(`update link_attempt set expires_at = now() where discord_user_id = $1`, [account])
    expect((await linking.enter(await codeFor('alice'))).status).toBe(200)
  })

  test('wrong codes of a page bring no pause', async () => {
    const { code } = await linking.prove(await linking.begin())
    for (let time = 0; time < 5; time += 1) await linking.enter(otherThan(code))
    expect((await linking.beginByMail('alice')).status).toBe(201)
  })
})

describe('limits', () => {
  test('an account may ask for so many in a day', async () => {
    Object.assign(linking.api.context.limits, { linkMailsOfDay: limiterOf(2, 86_400) })
    const answers = []
    for (let time = 0; time < 3; time += 1) answers.push(await linking.beginByMail('nobody'))
    expect(statusesOf(answers)).toEqual([201, 201, 429])
    expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(80_000)
  })

  test('an account may ask for so many', async () => {
    Object.assign(linking.api.context.limits, { linkMails: limiterOf(2, 3600) })
    const answers = []
    for (let time = 0; time < 3; time += 1) answers.push(await linking.beginByMail('nobody'))
    expect(statusesOf(answers)).toEqual([201, 201, 429])
    expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(3000)
    expect((await linking.beginByMail('nobody', other)).status).toBe(201)
  })

  test('a person’s mailbox is not flooded, whoever asks, and nobody sees that', async () => {
    Object.assign(linking.api.context.limits, { linkMailsToPerson: limiterOf(2, 3600) })
    const answers = []
    for (let time = 0; time < 4; time += 1)
      answers.push(await linking.beginByMail('alice', `20000000000000000${time}`))
    expect(new Set(answers.map((answer) => JSON.stringify(comparable(answer)))).size).toBe(1)
    expect(await linking.mails()).toHaveLength(2)
  })

  test.each([
    ['no user name', { username: '' }],
    ['a long one', { username: 'x'.repeat(257) }],
    ['a control character', { username: 'al\u0000ice' }],
    ['another language', { locale: 'fr' }],
    ['something more', { admin: true }],
  ])('%s is 400', async (_case, more) => {
    expect((await linking.beginByMail('alice', account, more)).status).toBe(400)
  })

  test('an account that is linked already is refused', async () => {
    await addLink(linking.api, account, linking.alice.id)
    const answer = await linking.beginByMail('alice')
    expect([answer.status, answer.json()]).toMatchObject([409, { details: { reason: 'ALREADY_LINKED' } }])
  })
})
