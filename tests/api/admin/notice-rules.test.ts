import { beforeEach, describe, expect, test } from 'vitest'
import type { NoticeRoute, NoticeRule, NoticeRules } from '../../../domain/contracts/notice-rule.ts'
import { type Alert, raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import {
  addLink,
  addMember,
  type Answer,
  type Caller,
  markMirrorRead,
  startTestApi,
  type TestApi,
} from '../api-server.ts'

const alerts = '400000000000000001'
const workflows = '400000000000000002'
const elsewhere = '400000000000000003'
const role = '500000000000000001'
const channel = (id = elsewhere) => ({ kind: 'channel', id })

let api: TestApi
let ada: Caller
let adaId: string

beforeEach(async (t) => {
  api = await startTestApi(t, {
    settings: { alertTo: { channelId: alerts, mailTo: 'ops@example.org' }, workflowChannelId: workflows },
  })
  adaId = (await addMember(api, 'ada', { isAdmin: true })).id
  await addLink(api, '100000000000000001', adaId)
  await markMirrorRead(api)
  ada = api.as('100000000000000001')
})

const rules = async () => (await ada('GET', '/admin/notice-rules?limit=200')).json<NoticeRules>()
const add = (rule: object, headers = {}) => ada('POST', '/admin/notice-rules', rule, headers)
const remove = (id: string, headers = {}) => ada('DELETE', `/admin/notice-rules/${id}`, undefined, headers)
const route = async (example: object) =>
  (await ada('POST', '/admin/notice-rules/test', { example })).json<NoticeRoute>()
const reasonOf = (answer: Answer) => {
  const { details } = answer.json<{ details?: { reason?: string } }>()
  return [answer.status, details?.reason]
}
const audited = () =>
  api.sql(
    `select event, actor_id, subject_id, details from audit_entry where subject_kind = 'notice_rule' order by id`,
  )

const told = () => api.sql('select destination_id, mention, state from notice order by id')
const mailed = () => api.sql('select to_address, subject from mail order by id')

describe('rules', () => {
  test('are kept as they were made, oldest first, with where the rest goes', async () => {
    expect(await rules()).toEqual({
      items: [],
      nextCursor: null,
      defaults: {
        alerts: { kind: 'channel', id: alerts, mention: null },
        others: { kind: 'channel', id: workflows, mention: null },
      },
    })
    const asks = { source: 'github', event: 'workflow_run.*', repository: 'example/*', branch: 'main' }
    const added = await add({ ...asks, severity: 'warning', place: channel(), mention: role })
    expect(added.status).toBe(201)
    await add({ place: { kind: 'mail', id: 'dev@example.org' } })
    await add({ repository: 'example/noisy', place: { kind: 'nowhere' } })
    const nothing = {
      source: null,
      event: null,
      repository: null,
      branch: null,
      severity: null,
      mention: null,
    }
    const by = {
      id: expect.any(String) as string,
      createdBy: 'ada',
      createdAt: expect.any(String) as string,
    }
    expect((await rules()).items).toEqual([
      { ...by, ...asks, severity: 'warning', mention: role, place: channel() },
      { ...by, ...nothing, place: { kind: 'mail', id: 'dev@example.org' } },
      { ...by, ...nothing, repository: 'example/noisy', place: { kind: 'nowhere' } },
    ])
    expect((await rules()).items[0]).toEqual(added.json())
  })

  test('are removed one by one; both is in the audit by ids alone', async () => {
    const { id } = (
      await add({ event: 'ping', place: { kind: 'mail', id: 'dev@example.org' } })
    ).json<NoticeRule>()
    expect((await remove(id.toUpperCase())).status).toBe(204)
    expect((await rules()).items).toEqual([])
    expect(reasonOf(await remove(id))).toEqual([404, 'RULE_NOT_FOUND'])
    expect(reasonOf(await remove('no-uuid'))).toEqual([404, 'RULE_NOT_FOUND'])
    expect(await audited()).toEqual([
      { event: 'notice_rule.added', actor_id: adaId, subject_id: id, details: { place: 'mail' } },
      { event: 'notice_rule.removed', actor_id: adaId, subject_id: id, details: {} },
    ])
  })

  test('asked for again with the same key are the same, removed again too', async () => {
    const once = { 'idempotency-key': 'interaction' }
    const first = await add({ place: channel() }, once)
    expect((await add({ place: channel() }, once)).json()).toEqual(first.json())
    const { id } = first.json<NoticeRule>()
    expect([(await remove(id, once)).status, (await remove(id, once)).status]).toEqual([204, 204])
    expect(await audited()).toHaveLength(2)
  })

  test('that say exactly the same are one', async () => {
    await add({ event: 'push', place: channel() })
    expect(reasonOf(await add({ event: 'push', place: channel() }))).toEqual([409, 'RULE_EXISTS'])
    expect((await add({ event: 'push', place: channel(), mention: 'here' })).status).toBe(201)
    expect((await add({ event: 'push', place: { kind: 'nowhere' } })).status).toBe(201)
  })

  test('are a hundred at most, however many ask at once', async () => {
    await api.sql(
      `insert into notice_rule (id, event, place_kind) select gen_random_uuid(), 'e' || n, 'nowhere' from generate_series(1, 98) n`,
    )
    const wanted = ['a', 'b', 'c', 'd', 'e'].map((event) => add({ event, place: channel() }))
    const statuses = (await Promise.all(wanted)).map(({ status }) => status).toSorted((a, b) => a - b)
    expect(statuses).toEqual([201, 201, 409, 409, 409])
    expect(reasonOf(await add({ place: channel() }))).toEqual([409, 'TOO_MANY_RULES'])
    expect((await rules()).items).toHaveLength(100)
  })

  test.each([
    ['no mail address', { place: { kind: 'mail', id: 'dev@' } }, 'MAIL_ADDRESS_INVALID'],
    [
      'a second address',
      { place: { kind: 'mail', id: 'a@example.org,b@example.org' } },
      'MAIL_ADDRESS_INVALID',
    ],
    [
      'a mail that mentions',
      { place: { kind: 'mail', id: 'dev@example.org' }, mention: role },
      'MENTION_NEEDS_CHANNEL',
    ],
    ['nowhere, mentioning', { place: { kind: 'nowhere' }, mention: 'here' }, 'MENTION_NEEDS_CHANNEL'],
    ['a channel by name', { place: { kind: 'channel', id: 'general' } }, undefined],
    ['everybody mentioned', { place: channel(), mention: 'everyone' }, undefined],
    [
      'a header in an address',
      { place: { kind: 'mail', id: 'a@example.org\r\nBcc: b@example.org' } },
      undefined,
    ],
    ['a line in a pattern', { event: 'a\nb', place: channel() }, undefined],
    ['an empty pattern', { branch: '', place: channel() }, undefined],
    ['a long pattern', { branch: '*'.repeat(101), place: channel() }, undefined],
    ['an unknown source', { source: 'gitlab', place: channel() }, undefined],
    ['an unknown severity', { severity: 'high', place: channel() }, undefined],
    ['no place', { event: 'push' }, undefined],
  ])('with %s are refused', async (_what, rule, reason) => {
    expect(reasonOf(await add(rule))).toEqual([400, reason])
    expect((await rules()).items).toEqual([])
  })
})

test('what may be said instead is named', async () => {
  const answer = await add({ source: 'gitlab', place: channel() })
  expect(answer.json<{ detail: string }>().detail).toBe(
    'The request is not valid: body/source must be one of: guildpost, github, alertmanager, api.',
  )
  const wrongPlace = (await add({ place: { kind: 'moon' } })).json<{ detail: string }>().detail
  expect(wrongPlace).not.toMatch(/schema|anyOf|constant/)
})

describe('an example', () => {
  const failed = {
    source: 'github',
    event: 'workflow_run.failed',
    repository: 'example/site',
    branch: 'main',
  }

  test('goes where the rules say, and it is told which ones', async () => {
    expect(await route(failed)).toEqual({ places: [{ ...channel(workflows), mention: null }], rules: [] })
    const one = (await add({ event: 'workflow*', place: channel(), mention: role })).json<NoticeRule>()
    await add({ branch: 'dev', place: { kind: 'nowhere' } })
    expect(await route(failed)).toEqual({ places: [{ ...channel(), mention: null }], rules: [one.id] })
    expect((await route({ ...failed, branch: 'dev' })).places).toEqual([])
  })

  test('is as bad as such events are, and pings only for what is critical and lasts', async () => {
    await add({ severity: 'warning', place: channel(), mention: role })
    const critical = { severity: 'critical' }
    expect((await route(failed)).places).toEqual([{ ...channel(), mention: null }])
    expect((await route({ ...failed, ...critical })).places).toEqual([{ ...channel(), mention: null }])
    expect((await route({ source: 'github', event: 'pull_request.opened', ...critical })).rules).toEqual([])
    const alert = { source: 'alertmanager', ...critical }
    expect((await route({ ...alert, event: 'alert.firing' })).places).toEqual([
      { ...channel(), mention: role },
    ])
    expect((await route({ ...alert, event: 'alert.resolved' })).places).toEqual([
      { ...channel(), mention: null },
    ])
  })

  test('of what is not told by default goes where a rule asks for it by name', async () => {
    const push = { source: 'github', event: 'push', repository: 'example/site', branch: 'main' }
    expect(await route(push)).toEqual({ places: [], rules: [] })
    await add({ repository: 'example/*', place: channel() })
    expect(await route(push)).toEqual({ places: [], rules: [] })
    const asking = (await add({ event: 'push', place: channel() })).json<NoticeRule>()
    expect(await route(push)).toEqual({ places: [{ ...channel(), mention: null }], rules: [asking.id] })
  })

  test('of our own critical alerts stays in the alert channel, whatever is to go nowhere', async () => {
    await add({ event: '*', place: { kind: 'nowhere' } })
    expect((await route({ source: 'guildpost', event: 'drift' })).places).toEqual([])
    expect(await route({ source: 'guildpost', event: 'audit-broken' })).toEqual({
      places: [{ ...channel(alerts), mention: null }],
      rules: [],
    })
  })

  test('is only looked at', async () => {
    await route(failed)
    expect(await api.sql('select id from notice union all select id from mail')).toEqual([])
  })
})

describe('our own alerts', () => {
  const alert: Alert = {
    key: 'fire',
    kind: 'drift',
    subject: 'Fire',
    content: '⚠️ **Fire**\nThere is a fire.\nRun.',
    text: 'There is a fire.\n\nRun.\n',
  }
  const raise = (more: Partial<Alert> = {}) =>
    raiseAlert(
      { db: api.context.db, log: api.context.log, alertTo: api.context.settings.alertTo },
      { ...alert, ...more },
    )

  test('go from the next one on where a rule says, each told once', async () => {
    await raise()
    await add({ source: 'guildpost', place: channel(), mention: 'here' })
    await add({ source: 'guildpost', place: { kind: 'mail', id: 'dev@example.org' } })
    await raise()
    await raise({ key: 'flood', kind: 'audit-broken', subject: 'Flood' })
    expect(await told()).toEqual([
      { destination_id: alerts, mention: null, state: 'queued' },
      { destination_id: elsewhere, mention: 'here', state: 'queued' },
    ])
    expect(await mailed()).toEqual([{ to_address: 'dev@example.org', subject: 'Flood' }])
  })

  test('that a rule keeps quiet are on record and told nowhere; critical ones are told', async () => {
    await add({ source: 'guildpost', place: { kind: 'nowhere' } })
    await raise()
    await raise()
    expect(await told()).toEqual([])
    await raise({ key: 'flood', kind: 'discord-undeliverable' })
    expect(await told()).toEqual([{ destination_id: alerts, mention: null, state: 'queued' }])
    expect(await mailed()).toEqual([{ to_address: 'ops@example.org', subject: 'Fire' }])
    expect(await api.sql('select key, count from incident order by id')).toEqual([
      { key: 'fire', count: 2 },
      { key: 'flood', count: 1 },
    ])
  })
})
