import { beforeEach, expect, it } from 'vitest'
import type { OwnNotice } from '../../domain/contracts/own-notice.ts'
import type { Problem } from '../../domain/contracts/problem.ts'
import type { ShownTopic } from '../../domain/contracts/topic.ts'
import { newApiToken } from '../../domain/rules/api-token.ts'
import { hashOf } from '../../domain/rules/secret-hash.ts'
import { newId } from '../../domain/store/new-id.ts'
import { cardOf } from '../../texts/notices/card-of.ts'
import { addLink, addMember, limiterOf, markMirrorRead, startTestApi, type TestApi } from './api-server.ts'

const workflowChannel = '400000000000000003'
const role = '500000000000000001'
const adasAccount = '100000000000000001'

let api: TestApi
let alice: { id: string; token: string }
let ada: { id: string; token: string }

beforeEach(async (t) => {
  api = await startTestApi(t, { settings: { workflowChannelId: workflowChannel } })
  alice = await memberWithToken('alice')
  ada = await memberWithToken('ada', true)
  await addLink(api, adasAccount, ada.id)
  await api.sql('update member set notices_allowed = true where id = $1', [alice.id])
  await markMirrorRead(api)
})

async function memberWithToken(uid: string, isAdmin = false) {
  const { id } = await addMember(api, uid, { isAdmin })
  const token = newApiToken()
  await api.sql(
    `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
     values ($1, $2, $3, 'backup', '{notices}', now() + interval '1 day')`,
    [newId(), hashOf(token), id],
  )
  return { id, token }
}

type Request = { method?: 'POST' | 'GET'; path?: string; by?: string; headers?: Record<string, string> }

async function send(payload: object | null, { method = 'POST', path = '', by, headers }: Request = {}) {
  const answer = await api.server.inject({
    method,
    url: `/api/v1/notices${path}`,
    headers: { authorization: `Bearer ${by ?? alice.token}`, ...headers },
    ...(payload === null ? {} : { payload }),
  })
  return {
    status: answer.statusCode,
    headers: answer.headers,
    notice: () => answer.json<OwnNotice>(),
    problem: () => answer.json<Problem & { details: { reason?: string } }>(),
  }
}

const failed = { title: 'Backup failed', text: 'The disk is **full**.', severity: 'warning' } as const

/** What the notices in the channel say, the oldest first, and whom they ping. */
async function shown() {
  const found = await api.sql<ShownTopic & { mention: string | null; channel: string }>(
    `select t.facts, t.state, t.severity, t.count, t.began_at as "beganAt", t.happened_at as "happenedAt", n.mention, n.destination_id as channel
     from notice n join topic t on t.id = n.topic_id order by n.position`,
  )
  return found.map(({ mention, channel, ...topic }) => ({ ...cardOf(topic, 'en'), mention, channel }))
}

const mentionRule = () =>
  api.sql(
    `insert into notice_rule (id, source, place_kind, place_id, mention) values (gen_random_uuid(), 'api', 'channel', $1, $2)`,
    [workflowChannel, role],
  )

it('is not changed before it was made, whoever waited for whom', async () => {
  await send({ ...failed, key: 'backup' })
  await send({ ...failed, key: 'backup', text: 'Still.' })
  await send(failed)
  expect(await api.sql('select began_at, last_at from topic where last_at < began_at')).toEqual([])
  const { id } = (await send(failed)).notice()
  const { createdAt, updatedAt } = (await send(null, { method: 'GET', path: `/${id}` })).notice()
  expect(Date.parse(updatedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(createdAt ?? ''))
})

it('says in words what is wrong with a notice', async () => {
  const { status, problem } = await send({ ...failed, title: ' ', severity: 'fatal' })
  expect(status).toBe(400)
  expect(problem().details).toEqual({
    issues: [
      { path: 'body/title', message: 'must not be blank' },
      { path: 'body/severity', message: 'must be one of: info, warning, critical' },
    ],
  })
})

it('shows what a program says, and whose program it is', async () => {
  const answer = await send({
    ...failed,
    text: 'See [the log](https://log.example.org/1).\n\n```\n@everyone\n```\n<@123456789012345678>',
    fields: [{ name: 'host', value: '**db-1**' }],
    url: 'https://ci.example.org/run/(7)',
  })
  expect(answer.status).toBe(202)
  const notice = answer.notice()
  expect(notice).toEqual({
    id: expect.any(String),
    key: null,
    title: 'Backup failed',
    severity: 'warning',
    state: 'open',
    count: 1,
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  })
  expect(answer.headers.location).toBe(`/api/v1/notices/${notice.id}`)
  expect(await shown()).toMatchObject([
    {
      channel: workflowChannel,
      mention: null,
      title: '⚠️ Backup failed',
      url: null,
      text: '🔗 https://ci.example.org/run/%287%29\n\nSee the log (https://log.example.org/1).\n\n```\n@\u200Beveryone\n```\n<\u200B@123456789012345678>',
      fields: [{ name: 'host', value: '**db-1**', inline: false }],
      footer: '“backup” of alice',
      colour: 'amber',
    },
  ])
})

it('edits the notice of a key until it is resolved, and begins another one then', async () => {
  const key = 'backup of db-1'
  const first = (await send({ ...failed, key })).notice()
  const again = (await send({ ...failed, key, text: 'Still full.' })).notice()
  expect(again).toMatchObject({ id: first.id, key, count: 2, createdAt: first.createdAt })
  expect(await shown()).toMatchObject([{ text: 'Still full.', footer: '“backup” of alice · told 2 times' }])
  const over = await send({ ...failed, title: 'Backup works', key, state: 'resolved' })
  expect([over.status, over.notice()]).toEqual([
    202,
    expect.objectContaining({ id: first.id, state: 'resolved', count: 3 }),
  ])
  expect(await shown()).toMatchObject([{ title: '✅ Backup works', colour: 'green' }])
  const next = (await send({ ...failed, key })).notice()
  expect(next.id).not.toBe(first.id)
  expect(await shown()).toMatchObject([{ title: '✅ Backup works' }, { title: '⚠️ Backup failed' }])
})

it('counts each of many that come at once, in one notice', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => send({ ...failed, key: 'backup' })))
  expect(new Set(answers.map(({ status, notice }) => `${status} ${notice().id}`)).size).toBe(1)
  expect((await shown()).map(({ footer }) => footer)).toEqual(['“backup” of alice · told 20 times'])
})

it('says nothing of what is over and was not open, so that a program may say so each time', async () => {
  const done = { ...failed, title: 'Backup works', key: 'backup', state: 'resolved' }
  const answer = await send(done)
  expect([answer.status, answer.notice()]).toEqual([
    200,
    {
      id: null,
      key: 'backup',
      title: 'Backup works',
      severity: 'warning',
      state: 'resolved',
      count: 0,
      createdAt: null,
      updatedAt: null,
    },
  ])
  await send({ ...failed, key: 'backup' })
  await send(done)
  expect((await send(done)).status).toBe(200)
  expect(await shown()).toHaveLength(1)
})

it('stands alone without a key, also as something that is over', async () => {
  await send(failed)
  await send(failed)
  await send({ ...failed, title: 'Deployed', severity: 'info', state: 'resolved' })
  expect((await shown()).map(({ title }) => title)).toEqual([
    '⚠️ Backup failed',
    '⚠️ Backup failed',
    '✅ Deployed',
  ])
})

it('keeps the keys and notices of members apart', async () => {
  const { id } = (await send({ ...failed, key: 'backup' })).notice()
  const adas = (await send({ ...failed, key: 'backup', title: 'Ada’s' }, { by: ada.token })).notice()
  expect(adas).toMatchObject({ key: 'backup', count: 1 })
  expect((await shown()).map(({ footer }) => footer)).toEqual(['“backup” of alice', '“backup” of ada'])
  const own = await send(null, { method: 'GET', path: `/${id}` })
  expect([own.status, own.notice()]).toEqual([
    200,
    expect.objectContaining({ id, key: 'backup', state: 'open' }),
  ])
  for (const path of [`/${adas.id}`, `/${newId()}`, '/no-id']) {
    const other = await send(null, { method: 'GET', path })
    expect([other.status, other.problem().details.reason]).toEqual([404, 'NOTICE_NOT_FOUND'])
  }
})

it('sends what is critical, and may ping, for admins and whom they allowed it', async () => {
  await mentionRule()
  const critical = { ...failed, severity: 'critical', key: 'backup' }
  await send({ ...failed, key: 'backup' })
  const refused = await send(critical)
  expect(refused.status).toBe(403)
  expect(refused.problem()).toMatchObject({
    code: 'PERMISSION_DENIED',
    detail: expect.stringContaining('/api/v1/admin/members/alice/mentions'),
    details: { reason: 'MENTION_NOT_GRANTED' },
  })
  expect((await shown()).map(({ mention }) => mention)).toEqual([null])
  const byAda = api.as(adasAccount)
  expect((await byAda('PUT', '/admin/members/alice/mentions')).status).toBe(204)
  expect((await byAda('PUT', '/admin/members/alice/mentions')).status).toBe(204)
  expect((await send(critical)).status).toBe(202)
  expect((await shown()).map(({ mention, title }) => [mention, title])).toEqual([
    [null, '🚨 Backup failed'],
    [role, '🚨 Backup failed'],
  ])
  expect((await byAda('DELETE', '/admin/members/alice/mentions')).status).toBe(204)
  expect((await send(critical)).status).toBe(403)
  expect((await send(critical, { by: ada.token })).status).toBe(202)
  expect(
    await api.sql(
      `select event, actor_id, subject_id, via from audit_entry where event like 'member.mentions%' order by at`,
    ),
  ).toEqual([
    { event: 'member.mentions_granted', actor_id: ada.id, subject_id: alice.id, via: 'discord' },
    { event: 'member.mentions_taken', actor_id: ada.id, subject_id: alice.id, via: 'discord' },
  ])
  expect((await byAda('PUT', '/admin/members/nobody/mentions')).status).toBe(404)
})

it('pings nobody for what is critical and over', async () => {
  await mentionRule()
  await send({ ...failed, severity: 'critical', state: 'resolved' }, { by: ada.token })
  expect((await shown()).map(({ mention }) => mention)).toEqual([null])
})

it.each([
  ['a title that is too long', { title: 'x'.repeat(257) }, 'body/title'],
  ['a title of nothing', { title: ' \n ' }, 'body/title'],
  ['a text that is too long', { text: 'x'.repeat(4001) }, 'body/text'],
  ['another severity', { severity: 'fatal' }, 'body/severity'],
  ['another state', { state: 'closed' }, 'body/state'],
  [
    'too many fields',
    { fields: Array.from({ length: 26 }, () => ({ name: 'a', value: 'b' })) },
    'body/fields',
  ],
  ['a field that is too long', { fields: [{ name: 'a', value: 'x'.repeat(1025) }] }, 'body/fields/0/value'],
  ['an address of something else', { url: 'javascript:alert(1)' }, 'body/url'],
  ['an address that hides its host', { url: 'https://good.example@evil.example' }, 'body/url'],
  ['control characters', { text: 'a\u0007b' }, 'body/text'],
  ['what is not known', { mention: 'everyone' }, 'body'],
])('refuses %s', async (_what, more, path) => {
  const answer = await send({ ...failed, ...more })
  expect([answer.status, answer.problem().code]).toEqual([400, 'VALIDATION_ERROR'])
  expect(answer.problem().detail).toContain(path)
  expect(await shown()).toEqual([])
})

it('takes the longest of everything, and half a character', async () => {
  const longest = {
    title: '𝕩'.repeat(256),
    text: `\ud800${'𝕩'.repeat(3999)}`,
    severity: 'info',
    key: '𝕩'.repeat(200),
    fields: Array.from({ length: 25 }, () => ({ name: '𝕩'.repeat(256), value: 'x'.repeat(1024) })),
    url: `https://example.org/${'x'.repeat(900)}`,
  }
  expect((await send(longest)).status).toBe(202)
  expect((await send(longest)).notice()).toMatchObject({ count: 2, key: longest.key })
})

it('shows it once for an Idempotency-Key', async () => {
  const headers = { 'idempotency-key': 'run-7' }
  const first = await send({ ...failed, key: 'backup' }, { headers })
  const again = await send({ ...failed, key: 'backup' }, { headers })
  expect([again.status, again.notice(), again.headers['idempotent-replayed']]).toEqual([
    202,
    first.notice(),
    'true',
  ])
  expect(again.headers.location).toBe(first.headers.location)
  expect((await send(failed, { headers })).status).toBe(409)
  expect((await shown()).map(({ footer }) => footer)).toEqual(['“backup” of alice'])
})

it('refuses too many, and tells before how many are left', async (t) => {
  const few = await startTestApi(t, {
    settings: { workflowChannelId: workflowChannel },
    limits: { notices: limiterOf(2) },
  })
  api = few
  alice = await memberWithToken('alice')
  await few.sql('update member set notices_allowed = true')
  const bad = await send({ ...failed, severity: 'critical' })
  expect([bad.status, bad.headers['ratelimit-remaining']]).toEqual([403, '2'])
  const rest = [await send(failed), await send(failed), await send(failed)]
  expect(rest.map(({ status, headers }) => [status, headers['ratelimit-remaining']])).toEqual([
    [202, '1'],
    [202, '0'],
    [429, '0'],
  ])
  expect(rest[2]?.headers['retry-after']).toBeDefined()
})

it('tells nobody where no place takes it', async () => {
  await api.sql(
    `insert into notice_rule (id, source, place_kind) values (gen_random_uuid(), 'api', 'nowhere')`,
  )
  const answer = await send(failed)
  expect([answer.status, answer.notice().id]).toEqual([200, null])
  expect(await shown()).toEqual([])
})

it('is for tokens with the scope', async () => {
  await api.sql('update member set notices_allowed = false')
  const answer = await send(failed)
  expect([answer.status, answer.problem().details.reason]).toEqual([403, 'SCOPE_MISSING'])
  const byBot = await api.as(adasAccount)('POST', '/notices', failed)
  expect(byBot.status).toBe(403)
})

it('mails the end of a key to whom it mailed the beginning, and keeps both as the member’s', async () => {
  await api.sql(
    `insert into notice_rule (id, source, severity, place_kind, place_id) values (gen_random_uuid(), 'api', 'warning', 'mail', 'ops@example.org')`,
  )
  await send({ ...failed, key: 'backup' })
  await send({ ...failed, key: 'backup', severity: 'info', state: 'resolved', title: 'Backup works' })
  expect(
    await api.sql('select to_address as "to", subject, member_id as by from mail order by created_at, id'),
  ).toEqual([
    { to: 'ops@example.org', subject: '⚠️ Backup failed', by: alice.id },
    { to: 'ops@example.org', subject: '✅ Backup works', by: alice.id },
  ])
})
