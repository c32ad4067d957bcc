import { beforeEach, describe, expect, test } from 'vitest'
import type { OwnData } from '../../../domain/contracts/own-data.ts'
import { firstPreviousHash, type SealedFields, sealHash } from '../../../domain/rules/audit-hash.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { whose } from '../../../domain/store/members/personal-rows.ts'
import { sealAudit } from '../../../domain/store/audit/seal-audit.ts'
import { addLink, addList, addMember, markMirrorRead, startTestApi, type TestApi } from '../api-server.ts'
import { listenTo } from '../listen-to.ts'

const account = '100000000000000001'
const bobsAccount = '100000000000000002'
const password = 'alice sings'
const undoToken = 'AbCdEfGhIjKlMnOpQrStUvWxYz0'

let api: TestApi
let alice: { id: string; entryUuid: string }
let bob: { id: string }

beforeEach(async (t) => {
  api = await startTestApi(t, {
    authenticate: async (username, given) =>
      username === 'alice' && given === password
        ? {
            entryUuid: alice.entryUuid,
            version: '1',
            dn: '',
            dnKey: '',
            uid: 'alice',
            displayName: 'Alice',
            mails: [],
            gidNumber: null,
          }
        : null,
  })
  alice = await addMember(api, 'alice', { displayName: 'Alice Ålund' })
  bob = await addMember(api, 'bob')
  await addLink(api, account, alice.id)
  await addLink(api, bobsAccount, bob.id)
  await markMirrorRead(api)
})

type Headers = { cookie: string; 'x-csrf-token': string }

/** Signs alice in with a browser. */
async function signIn(): Promise<Headers> {
  const answer = await api.server.inject({
    method: 'POST',
    url: '/api/v1/auth/login',
    headers: { 'user-agent': 'Alice’s browser' },
    payload: { username: 'alice', password },
  })
  expect(answer.statusCode).toBe(200)
  const cookies = new Map(answer.cookies.map(({ name, value }) => [name, value]))
  return {
    cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'x-csrf-token': cookies.get('guildpost_csrf') ?? '',
  }
}
const call = (method: 'GET' | 'DELETE', path: string, headers: Record<string, string>) =>
  api.server.inject({ method, url: `/api/v1${path}`, headers })

async function exported(headers: Headers): Promise<OwnData> {
  const answer = await call('GET', '/user/export', headers)
  expect(answer.statusCode).toBe(200)
  return answer.json()
}

/** A row about alice in every table that can have one, with something in it that only it has. */
async function leaveTraces(): Promise<void> {
  const news = await addList(api, 'list-she-owns')
  const chess = await addList(api, 'list-she-is-on', { members: [alice.id, bob.id] })
  const link = newId()
  await api.sql('insert into list_owner (list_id, member_id) values ($1, $2)', [news, alice.id])
  await api.sql('insert into admin_override (member_id, is_admin) values ($1, true)', [alice.id])
  await api.sql(
    `with seen as (
       insert into drift (id, list_id, policy, version_after) values (gen_random_uuid(), $1, 'adopt', 'v') returning id)
     insert into drift_member (drift_id, member_id, way) select id, $2, 'joined' from seen`,
    [news, alice.id],
  )
  await api.sql(
    `insert into incident (id, key, kind, words, state, acknowledged_by, acknowledged_at)
     values (gen_random_uuid(), 'k', 'queue-old', '{}', 'acknowledged', $1, now())`,
    [alice.id],
  )
  await api.sql(
    `insert into notice_rule (id, place_kind, created_by) values (gen_random_uuid(), 'nowhere', $1)`,
    [alice.id],
  )
  await api.sql(
    `insert into topic (id, source, event, key, severity, state, facts, member_id, happened_at)
     values (gen_random_uuid(), 'api', 'notice.open', $2, 'info', 'open', $3, $1, now())`,
    [
      alice.id,
      `${alice.id} nightly build`,
      JSON.stringify({
        kind: 'own-notice',
        title: 'notice-of-her-program',
        text: 'It failed.',
        fields: [{ name: 'host', value: 'web-1' }],
        url: null,
        by: { token: 'token-she-made', username: 'alice' },
      }),
    ],
  )
  await api.sql(
    `update member set is_admin = true, notices_allowed = true, mentions_allowed = true, muted = '{decided}' where id = $1`,
    [alice.id],
  )
  await api.sql(
    `insert into discord_link (id, discord_user_id, member_id, linked_at, unlinked_at, unlink_reason)
     values ($1, '100000000000000009', $2, now() - interval '2 days', now() - interval '1 day', 'earlier-link')`,
    [link, alice.id],
  )
  await api.sql(
    `insert into link_attempt (id, token_hash, discord_user_id, discord_name, locale, member_id, link_id, state, expires_at) values
       (gen_random_uuid(), '\\x01', '100000000000000009', 'attempt-that-linked', 'en', $1, $2, 'linked', now()),
       (gen_random_uuid(), '\\x02', $3, 'attempt-without-signing-in', 'en', null, null, 'spent', now()),
       (gen_random_uuid(), '\\x03', '100000000000000007', 'attempt-of-a-stranger', 'en', null, null, 'open', now()),
       (gen_random_uuid(), '\\x05', '100000000000000007', 'attempt-that-she-signed-in-for', 'en', $1, null, 'spent', now())`,
    [alice.id, link, account],
  )
  await api.sql(
    `insert into api_token (id, token_hash, member_id, name, scopes, expires_at) values
       (gen_random_uuid(), '\\x04', $1, 'token-she-made', '{read}', now() + interval '1 day')`,
    [alice.id],
  )
  const first = newId()
  await api.sql(
    `insert into change (id, list_id, member_id, action, state, requested_by, via, ended_at, reason_code, reason_message, superseded_by)
     values ($1, $3, $4, 'subscribe', 'failed', $4, 'api', now(), 'REASON', 'change-about-her', null),
       ($2, $3, $4, 'subscribe', 'superseded', $4, 'api', now(), null, null, $1),
       (gen_random_uuid(), $3, $5, 'subscribe', 'failed', $4, 'api', now(), 'REASON', 'change-she-asked-for', null)`,
    [first, newId(), chess, alice.id, bob.id],
  )
  await api.sql(
    `insert into mail (id, kind, member_id, to_address, subject, text_body) values
       (gen_random_uuid(), 'link.made', $1, 'alice@example.org', 'mail-to-her', $2)`,
    [alice.id, `Undo: http://127.0.0.1/link/undo/${undoToken} or type 123 456. Version 20261121#000000#000`],
  )
  await api.sql(
    `insert into notice (id, kind, destination_kind, destination_id, incident_key, body) values
       (gen_random_uuid(), 'change-ended', 'member', $1, 'a', '{"content": "message-to-her"}'),
       (gen_random_uuid(), 'change-ended', 'member', $2, 'b', '{"content": "message-to-bob"}'),
       (gen_random_uuid(), 'alert', 'channel', $1, 'c', '{"content": "message-to-a-channel"}')`,
    [account, bobsAccount],
  )
  await api.sql(
    `insert into idempotency_record (scope, key, body_hash) values ($1, 'key-as-member', ''), ($2, 'key-as-account', ''),
       ($3, 'key-of-bob', '')`,
    [`${alice.id} PUT /x`, `discord:${account} POST /y`, `${bob.id} PUT /x`],
  )
  await api.sql(
    `insert into audit_entry (id, actor_kind, actor_id, event, subject_kind, subject_id, via, outcome, details) values
       (gen_random_uuid(), 'worker', null, 'audit-of-her-change', 'change', $1, 'ldap', 'failed', '{}'),
       (gen_random_uuid(), 'member', $2, 'audit-about-her', 'list', 'l', 'web', 'added', $3),
       (gen_random_uuid(), 'member', $2, 'audit-of-bob', 'list', 'l', 'web', 'added', '{}'),
       (gen_random_uuid(), 'discord', $4, 'audit-of-her-account', 'link_attempt', 'x', 'discord', 'open', '{}')`,
    [first, bob.id, JSON.stringify({ member: alice.id }), account],
  )
}

/** What alice is shown of having begun, before she was linked, to link by a mail to somebody. */
async function shownAfterNaming(username: string): Promise<object> {
  await api.sql('delete from link_attempt')
  await api.sql('update discord_link set unlinked_at = now() where discord_user_id = $1', [account])
  const begun = await api.as(account)('POST', '/links/mail', { discordName: 'alice', locale: 'en', username })
  expect(begun.status).toBe(201)
  await addLink(api, account, alice.id)
  const { linkAttempts, audit } = await exported(await signIn())
  return {
    attempts: linkAttempts.map(({ method, state }) => ({ method, state })),
    audit: audit.filter(({ event }) => event.startsWith('link.')).map(({ outcome }) => outcome),
  }
}

describe('the export', () => {
  test('holds everything about whom it is for, and nothing else', async () => {
    await leaveTraces()
    const data = await exported(await signIn())
    expect(data.profile).toMatchObject({
      id: alice.id,
      directoryId: alice.entryUuid,
      username: 'alice',
      displayName: 'Alice Ålund',
      mails: ['alice@example.org'],
      mayMakeNoticeTokens: true,
      muted: ['decided'],
      maySendCriticalNotices: true,
      state: 'present',
    })
    expect(data.adminOverride).toMatchObject({ isAdmin: true })
    expect(data.ownedLists).toMatchObject([{ list: 'list-she-owns' }])
    expect(data.memberships).toMatchObject([{ list: 'list-she-is-on' }])
    expect(data.links.map(({ discordUserId }) => discordUserId)).toEqual(['100000000000000009', account])
    expect(data.linkAttempts.map(({ discordName }) => discordName).toSorted()).toEqual([
      'attempt-that-linked',
      'attempt-that-she-signed-in-for',
      'attempt-without-signing-in',
    ])
    expect(data.changes.map(({ reason }) => reason?.message ?? 'superseded').toSorted()).toEqual([
      'change-about-her',
      'change-she-asked-for',
      'superseded',
    ])
    expect(data.sessions).toMatchObject([{ agent: 'Alice’s browser', address: '127.0.0.0/24' }])
    expect(data.tokens).toMatchObject([{ name: 'token-she-made', scopes: ['read'] }])
    expect(data.notices).toMatchObject([
      {
        key: 'nightly build',
        token: 'token-she-made',
        title: 'notice-of-her-program',
        text: 'It failed.',
        fields: [{ name: 'host', value: 'web-1' }],
      },
    ])
    expect(data.messages).toMatchObject([{ text: 'message-to-her', discordUserId: account }])
    expect(data.mails).toMatchObject([{ subject: 'mail-to-her', to: 'alice@example.org' }])
    expect(data.idempotencyKeys.map(({ key }) => key).toSorted()).toEqual(['key-as-account', 'key-as-member'])
    expect(data.audit.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'session.opened',
        'audit-of-her-change',
        'audit-about-her',
        'audit-of-her-account',
      ]),
    )
    const text = JSON.stringify(data)
    for (const foreign of ['of-a-stranger', 'to-bob', 'of-bob', 'to-a-channel'])
      expect(text).not.toContain(foreign)
  })

  test('shows an account that is somebody else’s by now only as far as it was theirs', async () => {
    await leaveTraces()
    await api.sql(`update discord_link set unlinked_at = now() where discord_user_id = $1`, [bobsAccount])
    await api.sql(
      `insert into discord_link (id, discord_user_id, member_id) values (gen_random_uuid(), '100000000000000009', $1)`,
      [bob.id],
    )
    await api.sql(
      `insert into notice (id, kind, destination_kind, destination_id, body)
       values (gen_random_uuid(), 'change-ended', 'member', '100000000000000009', '{"content": "message-to-bob"}')`,
    )
    const data = await exported(await signIn())
    expect(data.links).toHaveLength(2)
    expect(data.messages.map(({ text }) => text)).toEqual(['message-to-her'])
  })

  test('tells nobody who else is in the directory', async () => {
    const shown = await shownAfterNaming('bob')
    expect(shown).toMatchObject({ attempts: [{ method: 'mail' }] })
    expect(await shownAfterNaming('nobody')).toEqual(shown)
  })

  test('holds no secret', async () => {
    await leaveTraces()
    const { mails, ...rest } = await exported(await signIn())
    expect(mails.map(({ text }) => text)).toEqual([
      'Undo: http://127.0.0.1/link/undo/… or type …. Version 20261121#000000#000',
    ])
    expect(JSON.stringify(rest)).not.toMatch(/hash|secret"|Buffer/i)
  })

  test('is a file for whom asks in a browser, and recorded', async () => {
    await api.sql(`update member set uid = 'ali"ce\\ ü' where id = $1`, [alice.id])
    const answer = await call('GET', '/user/export', await signIn())
    expect(answer.headers['content-disposition']).toBe('attachment; filename="guildpost-ali_ce___.json"')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(await api.sql(`select actor_id from audit_entry where event = 'member.exported'`)).toEqual([
      { actor_id: alice.id },
    ])
  })

  test('is made once at a time for a member, and not at all for a HEAD', async () => {
    const session = await signIn()
    const { db } = api.context
    await db.transaction(async (tx) => {
      await tx.raw(`select pg_advisory_xact_lock(hashtextextended('export ' || ?::text, 0))`, [alice.id])
      const second = await call('GET', '/user/export', session)
      expect([second.statusCode, second.headers['retry-after'], second.json()]).toEqual([
        429,
        '10',
        expect.objectContaining({ details: { reason: 'EXPORT_RUNNING' } }),
      ])
    })
    expect((await call('GET', '/user/export', session)).statusCode).toBe(200)
    const head = await api.server.inject({ method: 'HEAD', url: '/api/v1/user/export', headers: session })
    expect(head.statusCode).toBe(405)
    expect(await api.sql(`select outcome from audit_entry where event = 'member.exported'`)).toHaveLength(1)
  })

  test('finds its rows in an audit of any size without looking at each', async () => {
    const [plan] = await api.context.db.transaction(async (tx) => {
      await tx.raw('set local enable_seqscan = off')
      const condition = whose.audit_entry
        .replaceAll(':memberId', `'${alice.id}'`)
        .replaceAll(':accounts', `'{${account}}'::text[]`)
      const answer = await tx.raw<{ rows: { 'QUERY PLAN': object }[] }>(
        `explain (format json) select id from audit_entry where ${condition} or subject_id = any('{x}'::text[])`,
      )
      return answer.rows.map((row) => JSON.stringify(row))
    })
    expect(plan).not.toContain('Seq Scan')
  })

  test('opens to nobody else: no bot, no token', async () => {
    const byBot = await api.as(account)('GET', '/user/export')
    expect([byBot.status, byBot.json()]).toEqual([
      403,
      expect.objectContaining({ details: { reason: 'DOOR_CLOSED' } }),
    ])
    expect((await call('GET', '/user/export', {})).statusCode).toBe(401)
  })
})

/** How many rows about alice each table still has. */
async function rowsLeft(): Promise<Record<string, number>> {
  const left: Record<string, number> = {}
  for (const [table, condition] of Object.entries(whose)) {
    const text = condition
      .replaceAll(/:memberId/g, `'${alice.id}'`)
      .replaceAll(/:accounts/g, `'{${account},100000000000000009}'`)
    const [count] = await api.sql<{ count: number }>(
      `select count(*)::integer as count from ${table} where ${text}`,
    )
    left[table] = count?.count ?? 0
  }
  return left
}

const leave = () => api.sql(`update member set state = 'gone', gone_at = now() where id = $1`, [alice.id])

describe('forgetting', () => {
  test('deletes what is not the directory’s own, and leaves everybody else’s alone', async () => {
    await leaveTraces()
    const session = await signIn()
    const before = await rowsLeft()
    expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([])
    const answer = await call('DELETE', '/user/data', { ...session, 'idempotency-key': 'once' })
    expect([answer.statusCode, answer.body]).toEqual([204, ''])
    const after = await rowsLeft()
    const { member, membership, notice, audit_entry: entries, ...deleted } = after
    // One message: what tells the account that it is not linked any more.
    expect([member, membership, notice]).toEqual([1, 1, 1])
    expect(entries).toBeGreaterThan(before['audit_entry'] ?? 0)
    expect(new Set(Object.values(deleted))).toEqual(new Set([0]))
    expect(
      await api.sql(
        'select is_admin, notices_allowed, mentions_allowed, display_name from member where id = $1',
        [alice.id],
      ),
    ).toEqual([
      { is_admin: false, notices_allowed: false, mentions_allowed: false, display_name: 'Alice Ålund' },
    ])
    expect(await api.sql('select discord_user_id from discord_link')).toEqual([
      { discord_user_id: bobsAccount },
    ])
    expect(await api.sql('select reason_message, requested_by from change')).toEqual([
      { reason_message: 'change-she-asked-for', requested_by: null },
    ])
    expect(await api.sql('select key from idempotency_record')).toEqual([{ key: 'key-of-bob' }])
    expect(
      await api.sql(
        `select body ->> 'content' as content from notice order by (body ->> 'content') collate "C"`,
      ),
    ).toEqual([
      { content: 'message-to-a-channel' },
      { content: 'message-to-bob' },
      { content: expect.stringContaining('isn’t linked any more: somebody who was signed in') as string },
    ])
    expect(
      await api.sql(`select destination_id, body -> 'mail' as mail from notice where kind = 'link.ended'`),
    ).toEqual([{ destination_id: account, mail: null }])
    expect(await api.sql('select discord_name from link_attempt')).toEqual([
      { discord_name: 'attempt-of-a-stranger' },
    ])
  })

  test('signs out everywhere, and the browser is told to drop its cookies', async () => {
    const [session, other] = [await signIn(), await signIn()]
    const answer = await call('DELETE', '/user/data', session)
    expect(answer.cookies.map(({ value }) => value)).toEqual(['', ''])
    for (const headers of [session, other])
      expect((await call('GET', '/auth/me', headers)).statusCode).toBe(401)
    expect(
      await api.sql(
        `select event, outcome from audit_entry where event in ('session.ended', 'member.forgotten')`,
      ),
    ).toEqual([
      { event: 'session.ended', outcome: 'forgotten' },
      { event: 'session.ended', outcome: 'forgotten' },
      { event: 'member.forgotten', outcome: 'forgotten' },
    ])
  })

  test('records what it takes: being an admin, lists of their own, sending notices', async () => {
    await leaveTraces()
    const [owned] = await api.sql<{ listId: string }>('select list_id as "listId" from list_owner')
    await call('DELETE', '/user/data', await signIn())
    const entries = await api.sql(
      `select event, subject_id, actor_id, details from audit_entry
       where event in ('admin.revoked', 'list.owner_removed', 'member.notices_taken') and outcome = 'forgotten' order by event`,
    )
    const address = '127.0.0.0/24'
    expect(entries).toEqual([
      { event: 'admin.revoked', subject_id: alice.id, actor_id: alice.id, details: { address } },
      {
        event: 'list.owner_removed',
        subject_id: owned?.listId,
        actor_id: alice.id,
        details: { address, member: alice.id },
      },
      { event: 'member.notices_taken', subject_id: alice.id, actor_id: alice.id, details: { address } },
    ])
  })

  test('from Discord ends the link, and says so to whoever keeps the roles', async (t) => {
    const heard = await listenTo(api, ['link_changed'], t)
    expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
    await expect.poll(() => heard).toEqual([`link_changed ${account}`])
    expect(await api.sql('select id from notice')).toEqual([])
    expect((await api.as(account)('GET', '/auth/me')).json()).toMatchObject({ code: 'NOT_LINKED' })
    expect((await api.as(account)('DELETE', '/user/data')).status).toBe(403)
    // As anybody whom nothing is known about.
    expect((await api.as(account)('POST', '/links', { discordName: 'alice', locale: 'en' })).status).toBe(201)
  })

  test('waits for what is on its way', async () => {
    await addList(api, 'news')
    await api.as(account)('PUT', '/user/subscriptions/news')
    const session = await signIn()
    const refused = await call('DELETE', '/user/data', session)
    expect([refused.statusCode, refused.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'CONFLICT',
        detail: expect.stringContaining(
          'still on its way (news). Wait until it is done or take it back',
        ) as string,
        details: { reason: 'CHANGES_OPEN', lists: ['news'] },
      }),
    ])
    expect(refused.cookies).toEqual([])
    expect((await call('GET', '/auth/me', session)).statusCode).toBe(200)
    await api.sql(`update change set state = 'cancelled', ended_at = now()`)
    expect((await call('DELETE', '/user/data', session)).statusCode).toBe(204)
  })

  test('and a wish at the same moment: one after the other, nothing breaks', async () => {
    await addList(api, 'news')
    for (const _round of [1, 2, 3, 4, 5]) {
      const [forgotten, wished] = await Promise.all([
        api.as(account)('DELETE', '/user/data'),
        api.as(account)('PUT', '/user/subscriptions/news'),
      ])
      expect([204, 409]).toContain(forgotten.status)
      expect([202, 403]).toContain(wished.status)
      await api.sql(`update change set state = 'cancelled', ended_at = now() where ended_at is null`)
      if (forgotten.status === 204) await addLink(api, account, alice.id)
    }
  })

  test('keeps what they don’t want to hear while they are in the directory, and not after it', async () => {
    const unheard = () => api.sql('select muted from member where id = $1', [alice.id])
    await api.as(account)('PATCH', '/user/notifications', { failed: false })
    expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
    expect(await unheard()).toEqual([{ muted: ['failed'] }])
    await api.sql('insert into admin_override (member_id, is_admin) values ($1, false)', [alice.id])
    await addLink(api, account, alice.id)
    await leave()
    expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
    expect(await unheard()).toEqual([{ muted: [] }])
  })

  test('keeps an operator’s word that somebody is no admin', async () => {
    await api.sql('update member set admin_in_directory = true where id = $1', [alice.id])
    await api.sql('insert into admin_override (member_id, is_admin) values ($1, false)', [alice.id])
    expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
    expect(
      await api.sql('select is_admin, admin_in_directory from member where id = $1', [alice.id]),
    ).toEqual([{ is_admin: false, admin_in_directory: true }])
    expect(await api.sql('select is_admin from admin_override')).toEqual([{ is_admin: false }])
  })

  test('an admin by the directory stays one', async () => {
    await api.sql('update member set admin_in_directory = true, is_admin = true where id = $1', [alice.id])
    expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
    expect(await api.sql('select is_admin from member where id = $1', [alice.id])).toEqual([
      { is_admin: true },
    ])
  })

  describe('somebody who is gone from the directory', () => {
    test('leaves nothing but the audit', async () => {
      await leaveTraces()
      await leave()
      expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
      const { audit_entry: entries, ...left } = await rowsLeft()
      expect(entries).toBeGreaterThan(0)
      expect(new Set(Object.values(left))).toEqual(new Set([0]))
    })

    test('needs no password for it, which the directory takes from them no more', async () => {
      await api.sql(`update discord_link set method = 'mail'`)
      expect((await api.as(account)('DELETE', '/user/data')).json()).toMatchObject({
        details: { reason: 'LINK_NOT_ENOUGH' },
      })
      await leave()
      expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
    })

    test('what waits for somebody’s yes ends, since they can’t take it back themselves', async () => {
      await addList(api, 'news', { join: 'approval' })
      await api.as(account)('PUT', '/user/subscriptions/news')
      await leave()
      expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
      expect(await api.sql('select id from change')).toEqual([])
    })

    test('what may have been sent to the directory ends as well: nobody is left to ask for the opposite', async () => {
      await addList(api, 'news')
      await api.as(account)('PUT', '/user/subscriptions/news')
      await api.sql(`update list set asserting_version = '20260101000000.000000Z#000000#000#000000'`)
      await leave()
      expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
      expect(await api.sql('select id from change')).toEqual([])
    })

    test('what a worker has in hand is waited for', async () => {
      await addList(api, 'news')
      await api.as(account)('PUT', '/user/subscriptions/news')
      await api.sql(`update change set state = 'applying'`)
      await leave()
      expect((await api.as(account)('DELETE', '/user/data')).status).toBe(409)
    })

    test('an operator’s word that they are no admin finds them again, without saying who they are', async () => {
      await api.sql('insert into admin_override (member_id, is_admin) values ($1, false)', [alice.id])
      await leave()
      expect((await api.as(account)('DELETE', '/user/data')).status).toBe(204)
      const [row] = await api.sql('select * from member where id = $1', [alice.id])
      expect(row).toMatchObject({ entry_uuid: alice.entryUuid, uid: '', display_name: '', dn: '', mails: [] })
      expect(JSON.stringify(row)).not.toMatch(/alice|Ålund/)
    })
  })

  test('leaves the chain of the audit whole', async () => {
    await leaveTraces()
    await sealAudit(api.context.db)
    await api.as(account)('DELETE', '/user/data')
    await sealAudit(api.context.db)
    const sealed = await api.sql<SealedFields & { hash: Buffer; previous: Buffer }>(
      `select s.position::text, s.hash, s.previous_hash as previous, e.id, e.event, e.via, e.outcome, e.details::text as details,
         to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.actor_kind as "actorKind",
         e.actor_id as "actorId", e.subject_kind as "subjectKind", e.subject_id as "subjectId", e.request_id as "requestId"
       from audit_entry e left join audit_seal s on s.entry_id = e.id order by s.position`,
    )
    expect(sealed.map(({ event }) => event)).toContain('member.forgotten')
    let last: Buffer = firstPreviousHash
    for (const { hash, previous, ...entry } of sealed) {
      expect(previous).toEqual(last)
      expect(sealHash(last, entry)).toEqual(hash)
      last = hash
    }
    const text = JSON.stringify(await api.sql('select * from audit_entry'))
    expect(text).not.toMatch(/Ålund|alice@/)
  })
})

/** Where the export shows the rows of a table. */
const sections: Record<keyof typeof whose, keyof OwnData> = {
  member: 'profile',
  membership: 'memberships',
  admin_override: 'adminOverride',
  list_owner: 'ownedLists',
  session: 'sessions',
  api_token: 'tokens',
  discord_link: 'links',
  link_attempt: 'linkAttempts',
  change: 'changes',
  drift_member: 'seenOnLists',
  incident: 'acknowledgedIncidents',
  notice_rule: 'noticeRules',
  topic: 'notices',
  mail: 'mails',
  notice: 'messages',
  idempotency_record: 'idempotencyKeys',
  audit_entry: 'audit',
}

describe('a new table or column', () => {
  const remedy = 'needs its line in personal-rows.ts, its place in export-member.ts and forget-member.ts'

  test('that refers to a member is one of those that are exported and looked after', async () => {
    const referring = await api.sql<{ table: string; column: string }>(
      `select k.table_name as table, k.column_name as column from information_schema.key_column_usage k
       join information_schema.referential_constraints r using (constraint_schema, constraint_name)
       join information_schema.constraint_column_usage u on u.constraint_name = r.unique_constraint_name
       where k.table_schema = 'public' and u.table_name = 'member'`,
    )
    expect(referring.map(({ table }) => table)).toContain('api_token')
    const conditions: Readonly<Record<string, string>> = whose
    const missing = referring.filter(
      ({ table, column }) => !new RegExp(`\\b${column}\\b`).test(conditions[table] ?? ''),
    )
    expect(missing.map(({ table, column }) => `${table}.${column} ${remedy}`)).toEqual([])
  })

  test('that has an account, an address or an actor is one of those too', async () => {
    const named = await api.sql<{ table: string }>(
      `select distinct table_name as table from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = 'public' and table_type = 'BASE TABLE'
         and column_name ~ '(member|discord|account|address|mails|display_name|uid|destination|actor|requested|agent)'
         and (table_name, column_name) not in (('list', 'entry_uuid'), ('list', 'display_name'))`,
    )
    const missing = named.filter(({ table }) => !(table in whose))
    expect(missing.map(({ table }) => `${table} ${remedy}`)).toEqual([])
  })

  test('shows its rows in the export, all of them', async () => {
    await leaveTraces()
    const data = await exported(await signIn())
    const { audit_entry: _entries, ...held } = await rowsLeft()
    const shown = Object.keys(held).map((table) => {
      const section = data[sections[table as keyof typeof whose]]
      return [table, Array.isArray(section) ? section.length : Number(section !== null)]
    })
    expect(shown).toEqual(Object.entries(held))
  })
})
