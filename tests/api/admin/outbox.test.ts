import { beforeEach, expect, test } from 'vitest'
import type { OutboxItem } from '../../../domain/contracts/outbox.ts'
import type { Status } from '../../../domain/contracts/status.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { addLink, addMember, type Caller, markMirrorRead, startTestApi, type TestApi } from '../api-server.ts'
import { listenTo } from '../listen-to.ts'

type Page = { items: OutboxItem[]; nextCursor: string | null }

let api: TestApi
let adaId: string
let ada: Caller

beforeEach(async (t) => {
  api = await startTestApi(t)
  adaId = (await addMember(api, 'ada', { isAdmin: true })).id
  await addLink(api, '100000000000000001', adaId)
  ada = api.as('100000000000000001')
  await markMirrorRead(api)
})

const channelId = '400000000000000001'
const bob = '600000000000000001'

/** A notice of a topic; `ago` is when it was given up. */
async function topicNotice({ state = 'failed', ago = '1 hour' } = {}): Promise<string> {
  const [topicId, id] = [newId(), newId()]
  await api.sql(
    `insert into topic (id, source, event, severity, state, facts, happened_at)
     values ($1, 'github', 'workflow_run.failed', 'warning', 'open', '{}', now())`,
    [topicId],
  )
  await api.sql(
    `insert into notice (id, kind, destination_kind, destination_id, topic_id, body, state, attempts, error, ended_at)
     values ($1, 'topic', 'channel', $2, $3, '{}', $4, 6, 'Missing Access', case $4 when 'failed' then now() - $5::interval end)`,
    [id, channelId, topicId, state, ago],
  )
  return id
}

async function incidentNotice(): Promise<void> {
  const [incidentId, id] = [newId(), newId()]
  await api.sql(
    `insert into incident (id, key, kind, actions, words) values ($1, 'drift 1', 'drift', '{}', '{"subject":"x","content":"x","text":"x"}')`,
    [incidentId],
  )
  await api.sql(
    `insert into notice (id, kind, destination_kind, destination_id, incident_id, body, state, error, ended_at)
     values ($1, 'alert', 'channel', $2, $3, '{}', 'failed', 'Missing Access', now())`,
    [id, channelId, incidentId],
  )
}

async function memberNotice(body: object, kind = 'change-ended'): Promise<string> {
  const id = newId()
  await api.sql(
    `insert into notice (id, kind, destination_kind, destination_id, body, state, error, ended_at)
     values ($1, $2, 'member', $3, $4, 'failed', 'closed', now())`,
    [id, kind, bob, JSON.stringify(body)],
  )
  return id
}

async function mail(kind: string): Promise<string> {
  const id = newId()
  await api.sql(
    `insert into mail (id, kind, to_address, subject, text_body, state, error, ended_at)
     values ($1, $2, 'bob@example.org', 'About you', 'Something personal', 'failed', '550 no such user', now())`,
    [id, kind],
  )
  return id
}

const listed = async (query = '') => (await ada('GET', `/admin/outbox${query}`)).json<Page>()
const resend = async (body: object = {}) =>
  (await ada('POST', '/admin/outbox/resend', body)).json<{ resent: number }>()

test('dead letters are listed, the newest first, without what they say to members', async () => {
  const ids = [
    await topicNotice(),
    await memberNotice({ content: 'Something personal', mail: null }),
    await mail('change-ended'),
  ]
  await topicNotice({ state: 'queued' })
  const { items, nextCursor } = await listed()
  expect(nextCursor).toBeNull()
  expect(items.map(({ id }) => id)).toEqual(ids.toReversed())
  expect(JSON.stringify(items)).not.toMatch(/personal|About you/)
  expect(items[2]).toEqual({
    id: ids[0],
    type: 'message',
    kind: 'topic',
    about: 'github workflow_run.failed',
    to: { kind: 'channel', id: channelId },
    state: 'failed',
    attempts: 6,
    error: 'Missing Access',
    canResend: true,
    createdAt: expect.any(String) as string,
    failedAt: expect.any(String) as string,
  })
  expect(items.map(({ to }) => to)).toMatchObject([
    { kind: 'mail', id: 'bob@example.org' },
    { kind: 'member', id: bob },
    { kind: 'channel', id: channelId },
  ])
  const [first] = (await listed('?limit=1')).items
  const { nextCursor: cursor } = await listed('?limit=1')
  expect(first?.id).toBe(ids[2])
  expect((await listed(`?limit=1&cursor=${cursor}`)).items[0]?.id).toBe(ids[1])
  expect((await listed('?state=queued')).items).toMatchObject([{ state: 'queued', canResend: false }])
})

test('what a mail has said, and what nobody waits for any more, is no dead letter', async () => {
  await memberNotice({ content: 'Closed', mail: { to: 'bob@example.org', subject: 'x', text: 'y' } })
  await topicNotice()
  await incidentNotice()
  expect((await listed()).items.map(({ kind }) => kind)).toEqual(['alert', 'topic'])
  await api.sql('delete from topic')
  await api.sql('delete from incident')
  expect((await listed()).items).toEqual([])
  expect((await ada('GET', '/admin/status')).json<Status>().outbox.failed).toBe(0)
  expect(await resend()).toEqual({ resent: 0 })
})

test('all that failed lately is sent again, at once, and it is on record who wanted that', async (t) => {
  const heard = await listenTo(api, ['outbox'], t)
  const [notice, letter] = [await topicNotice(), await mail('change-ended')]
  const old = await topicNotice({ ago: '8 days' })
  await api.sql(
    `insert into destination (kind, id, failures, resume_at) values ('channel', $1, 9, now() + interval '1 hour')`,
    [channelId],
  )
  expect((await ada('GET', '/admin/status')).json<Status>().outbox.failed).toBe(2)
  expect(await resend()).toEqual({ resent: 2 })
  await expect.poll(() => heard).toEqual(['outbox '])
  expect((await listed()).items.map(({ id }) => id)).toEqual([old])
  expect(
    await api.sql('select id, state, attempts, error, ended_at from notice where id = $1', [notice]),
  ).toEqual([{ id: notice, state: 'queued', attempts: 0, error: null, ended_at: null }])
  expect(await api.sql('select resume_at <= now() as awake from destination')).toEqual([{ awake: true }])
  const entries = await api.sql(
    `select event, actor_id, subject_kind, subject_id, outcome from audit_entry where outcome = 'resent' order by event`,
  )
  const by = { actor_id: adaId, outcome: 'resent' }
  expect(entries).toEqual([
    { event: 'mail.resent', subject_kind: 'mail', subject_id: letter, ...by },
    { event: 'notice.resent', subject_kind: 'notice', subject_id: notice, ...by },
  ])
  expect(await resend()).toEqual({ resent: 0 })
})

test('those that are named are sent again, however old they are; what brought a code is not', async () => {
  const [old, other] = [await topicNotice({ ago: '30 days' }), await topicNotice()]
  const [code, made, move] = [
    await mail('link.code'),
    await mail('link.made'),
    await memberNotice({ content: '…', mail: null }, 'link.move'),
  ]
  const queued = await topicNotice({ state: 'queued' })
  expect(await resend({ ids: [old, code, made, move, queued, newId()] })).toEqual({ resent: 1 })
  const { items } = await listed()
  expect(new Map(items.map(({ id, canResend }) => [id, canResend]))).toEqual(
    new Map([
      [other, true],
      [code, false],
      [made, false],
      [move, false],
    ]),
  )
})

test('the same call twice is one, and others have no business here', async () => {
  await topicNotice()
  const headers = { 'idempotency-key': 'once' }
  const answers = [
    await ada('POST', '/admin/outbox/resend', {}, headers),
    await ada('POST', '/admin/outbox/resend', {}, headers),
  ]
  expect(answers.map(({ json }) => json())).toEqual([{ resent: 1 }, { resent: 1 }])
  for (const body of [{ ids: [] }, { ids: ['x'] }, { all: true }])
    expect((await ada('POST', '/admin/outbox/resend', body)).status).toBe(400)
  expect((await ada('GET', '/admin/outbox?state=sent')).status).toBe(400)
})
