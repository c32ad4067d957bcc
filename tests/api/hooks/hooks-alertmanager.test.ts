import { beforeEach, expect, it } from 'vitest'
import type { Problem } from '../../../domain/contracts/problem.ts'
import type { ShownTopic } from '../../../domain/contracts/topic.ts'
import { tellAlertGroup } from '../../../domain/store/topics/tell-alert-group.ts'
import { cardOf } from '../../../texts/notices/card-of.ts'
import type { Locale } from '../../../texts/translate.ts'
import { alertGroup, alertOn, resolved } from './alert-groups.ts'
import { startTestApi, type TestApi } from '../api-server.ts'

const alertmanagerToken = 'alertmanager-shows-this-one'
const alertChannel = '400000000000000001'
const role = '500000000000000001'

let api: TestApi
beforeEach(async (t) => {
  api = await startTestApi(t, {
    settings: { alertmanagerToken, alertTo: { channelId: alertChannel, mailTo: null } },
  })
})

async function post(payload: unknown, headers: Record<string, string> = {}, on = api) {
  const answer = await on.server.inject({
    method: 'POST',
    url: '/api/v1/hooks/alertmanager',
    headers: { authorization: `Bearer ${alertmanagerToken}`, 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })
  return { status: answer.statusCode, text: answer.body, problem: () => answer.json<Problem>() }
}

type Row = ShownTopic & { id: string; event: string; revision: number }

const topics = () =>
  api.sql<Row>(
    `select id, event, severity, state, facts, count, revision, began_at as "beganAt", happened_at as "happenedAt" from topic order by began_at`,
  )

/** Where and whom notices tell, and how often they were to be told. */
const notices = () =>
  api.sql<{ channel: string; mention: string | null; revision: number }>(
    'select destination_id as channel, mention, revision from notice order by position',
  )

/** What the newest topic says in the channel. */
async function shown(locale: Locale = 'en') {
  const topic = (await topics()).at(-1)
  if (!topic) throw new Error('nothing was told')
  return cardOf(topic, locale)
}

const rule = (asks: { severity?: string; channel: string; mention?: string }) =>
  api.sql(
    `insert into notice_rule (id, source, severity, place_kind, place_id, mention) values (gen_random_uuid(), 'alertmanager', $1, 'channel', $2, $3)`,
    [asks.severity ?? null, asks.channel, asks.mention ?? null],
  )

it('is off without ALERTMANAGER_TOKEN', async (t) => {
  const without = await startTestApi(t)
  const answer = await post(alertGroup([alertOn('web-1')]), {}, without)
  expect(answer.status).toBe(404)
  expect(answer.problem()).toMatchObject({
    code: 'NOT_FOUND',
    detail: expect.stringContaining('ALERTMANAGER_TOKEN'),
  })
})

it.each([
  ['no token', ''],
  ['another token', 'Bearer some-other-token-0001'],
  ['a part of it', `Bearer ${alertmanagerToken.slice(0, -1)}`],
  ['another scheme', `Basic ${alertmanagerToken}`],
])('lets nobody in with %s, whatever is in the body', async (_what, authorization) => {
  const answer = await post('{', { authorization })
  expect(answer.status).toBe(401)
  expect(answer.problem().code).toBe('NOT_AUTHENTICATED')
})

it('refuses an address that failed too often, and takes from it what has the token', async (t) => {
  const limited = await startTestApi(t, {
    settings: { alertmanagerToken, alertTo: { channelId: alertChannel, mailTo: null } },
    server: { addressLimit: { perMinute: 3, remembered: 10 } },
  })
  const wrong = { authorization: 'Bearer some-other-token-0001' }
  for (let times = 0; times < 3; times += 1) expect((await post('{', wrong, limited)).status).toBe(401)
  const refused = await post('{', wrong, limited)
  expect([refused.status, refused.problem().details]).toEqual([429, { reason: 'ADDRESS_LIMITED' }])
  expect((await post(alertGroup([alertOn('web-1')]), {}, limited)).status).toBe(202)
})

it('takes and words a group whose addresses lead to a host by its number', async () => {
  const generatorURL = 'http://[fd00::1]:9090/graph?g0.expr=up[5m]'
  const group = alertGroup([alertOn('web-1', { generatorURL })], { externalURL: 'http://[fd00::2]:9093' })
  expect((await post(group)).status).toBe(202)
  const { url, text, plain } = await shown()
  expect(url).toBeNull()
  expect(text).toContain('[source](http://[fd00::1]:9090/graph?g0.expr=up%5B5m%5D)')
  expect(plain.text).toContain('http://[fd00::2]:9093/')
})

const source = (host: string) =>
  `[source](http://prometheus:9090/graph?g0.expr=up%7Binstance%3D%22${host}%22%7D+%3D%3D+0)`

it('says in words how a group is', async () => {
  const group = alertGroup([alertOn('web-1'), resolved(alertOn('web-2'))])
  expect(await post(group)).toMatchObject({ status: 202, text: '{"outcome":"told"}' })
  const card = await shown()
  expect(card).toMatchObject({
    title: '⚠️ HostDown: 1 firing, 1 resolved',
    url: 'https://alerts.example.org/',
    fields: [{ name: 'Labels', value: 'severity: **warning**' }],
    footer: 'Alertmanager, receiver guildpost',
    colour: 'amber',
  })
  expect(card.text).toBe(
    [
      '**A host does not answer**',
      '',
      'No answer for five minutes.',
      '',
      `🔥 instance: **web-1** · began <t:1795255200:R> · ${source('web-1')}`,
      `✅ instance: **web-2** · resolved <t:1795257000:R> · ${source('web-2')}`,
    ].join('\n'),
  )
  expect(card.plain.subject).toBe('⚠️ HostDown: 1 firing, 1 resolved')
  expect(card.plain.text).toContain('🔥 instance: web-1 · began 2026-11-21 10:00:00 UTC')
  expect((await shown('zh-TW')).title).toBe('⚠️ HostDown：1 則警示觸發中，1 則已解除')
})

it('mails it with times in the time of the site', async (t) => {
  const inTaipei = await startTestApi(t, { settings: { alertmanagerToken, siteTimeZone: 'Asia/Taipei' } })
  await inTaipei.sql(
    `insert into notice_rule (id, source, place_kind, place_id) values (gen_random_uuid(), 'alertmanager', 'mail', 'ops@example.org')`,
  )
  expect((await post(alertGroup([alertOn('web-1')]), {}, inTaipei)).status).toBe(202)
  const [mail] = await inTaipei.sql<{ text: string }>('select text_body as text from mail')
  expect(mail?.text).toContain('🔥 began 2026-11-21 18:00:00 GMT+8')
})

it('edits the notice of a group as it changes, ends it, and begins another when it fires again', async () => {
  const [one, two] = [alertOn('web-1'), alertOn('web-2')]
  await post(alertGroup([one]))
  await post(alertGroup([one, two]))
  expect(await shown()).toMatchObject({ title: '⚠️ HostDown: 2 firing' })
  await post(alertGroup([resolved(one), resolved(two)]))
  expect(await shown()).toMatchObject({ title: '✅ HostDown: resolved', colour: 'green' })
  expect(await topics()).toMatchObject([{ event: 'alert.resolved', state: 'resolved', severity: 'warning' }])
  expect(await notices()).toEqual([{ channel: alertChannel, mention: null, revision: 3 }])
  await post(alertGroup([one]))
  expect((await topics()).map(({ state, count }) => [state, count])).toEqual([
    ['resolved', 3],
    ['open', 1],
  ])
  expect(await notices()).toHaveLength(2)
})

it('changes nothing when Alertmanager repeats itself, whatever the order', async () => {
  const [one, two] = [alertOn('web-1'), alertOn('web-2')]
  await post(alertGroup([one, two]))
  await post(alertGroup([two, one]))
  await post(alertGroup([{ ...one, endsAt: '2026-11-21T10:07:00Z' }, two]))
  expect((await notices()).map(({ revision }) => revision)).toEqual([1])
  const over = alertGroup([resolved(one), resolved(two)])
  await Promise.all([post(over), post(over)])
  await post(alertGroup([resolved(two)]))
  expect(await topics()).toMatchObject([{ count: 2, revision: 2 }])
})

it('says nothing of what is over and was never told', async () => {
  expect((await post(alertGroup([resolved(alertOn('web-1'))]))).status).toBe(202)
  expect(await topics()).toEqual([])
})

it('keeps the groups of two receivers apart', async () => {
  await post(alertGroup([alertOn('web-1')]))
  await post(alertGroup([alertOn('web-1')], { receiver: 'others' }))
  await post(alertGroup([alertOn('web-1')], { groupKey: `{}:{path="${'x'.repeat(5000)}"}` }))
  expect(await topics()).toHaveLength(3)
})

it.each([
  ['critical', 'critical'],
  ['Page', 'critical'],
  ['error', 'warning'],
  ['warning', 'warning'],
  ['none', 'info'],
  ['constructor', 'info'],
])('takes the severity %s for %s', async (severity, expected) => {
  await post(alertGroup([alertOn('web-1', { labels: { severity } })]))
  expect(await topics()).toMatchObject([{ severity: expected }])
})

it('is as bad as the worst that fires', async () => {
  const worst = alertOn('web-1', { labels: { severity: 'critical' } })
  await post(alertGroup([worst, alertOn('web-2')]))
  expect(await topics()).toMatchObject([{ severity: 'critical' }])
  await post(alertGroup([resolved(worst), alertOn('web-2')]))
  expect(await topics()).toMatchObject([{ severity: 'warning' }])
})

it('mentions people for what is critical only', async () => {
  await rule({ channel: alertChannel, mention: role })
  const critical = alertOn('web-1', { labels: { severity: 'critical' } })
  await post(alertGroup([alertOn('web-1')], { groupKey: 'a' }))
  await post(alertGroup([critical], { groupKey: 'b' }))
  await post(alertGroup([resolved(critical)], { groupKey: 'b' }))
  expect((await notices()).map(({ mention }) => mention)).toEqual([null, role])
})

it('pings once, by a notice of its own, when a group becomes critical that was not', async () => {
  await rule({ channel: alertChannel, mention: role })
  await rule({ channel: '400000000000000002', severity: 'critical' })
  const critical = alertOn('db-1', { labels: { severity: 'critical' } })
  await post(alertGroup([alertOn('web-1')]))
  await post(alertGroup([alertOn('web-1'), critical]))
  expect(await notices()).toEqual([
    { channel: alertChannel, mention: null, revision: 2 },
    { channel: alertChannel, mention: role, revision: 1 },
    { channel: '400000000000000002', mention: null, revision: 1 },
  ])
  await post(alertGroup([alertOn('web-1'), resolved(critical)]))
  await post(alertGroup([alertOn('web-1'), critical, alertOn('web-2')]))
  expect(await notices()).toHaveLength(3)
  await post(alertGroup([resolved(alertOn('web-1')), resolved(critical)]))
  expect(await topics()).toMatchObject([{ state: 'resolved', count: 5 }])
})

it('tells by mail as well that it is over, and that it became critical', async () => {
  await api.sql(
    `insert into notice_rule (id, source, event, severity, place_kind, place_id) values (gen_random_uuid(), 'alertmanager', 'alert.firing', 'critical', 'mail', 'ops@example.org')`,
  )
  const critical = alertOn('db-1', { labels: { severity: 'critical' } })
  await post(alertGroup([alertOn('web-1')]))
  await post(alertGroup([alertOn('web-1'), critical]))
  await post(alertGroup([resolved(alertOn('web-1')), resolved(critical)]))
  expect(await api.sql('select subject from mail order by created_at')).toEqual([
    { subject: '🚨 HostDown: 2 firing' },
    { subject: '✅ HostDown: resolved' },
  ])
})

it('says how many alerts are not shown', async () => {
  await post(alertGroup([alertOn('web-1')], { truncatedAlerts: 40 }))
  expect((await shown()).text).toContain('… and 40 more that are not shown here.')
  const many = Array.from({ length: 620 }, (_, at) => alertOn(`web-${at}`))
  await post(alertGroup(many, { truncatedAlerts: 3 }))
  expect(await shown()).toMatchObject({
    title: '⚠️ HostDown: 620 firing',
    text: expect.stringContaining('and 123 more'),
  })
})

const padded = (length: number) =>
  alertGroup([alertOn('web-1', { annotations: { padding: 'x'.repeat(length) } })])

it('takes 4 MB, and refuses more than 5 MiB', async () => {
  expect((await post(padded(4_000_000))).status).toBe(202)
  const answer = await post(padded(5 * 1024 * 1024))
  expect(answer.status).toBe(413)
  expect(answer.problem().detail).toContain('5 MiB')
  expect(JSON.stringify(await topics()).length).toBeLessThan(10_000)
})

it.each([
  ['nothing', undefined, 'body'],
  ['another version', { version: '3' }, 'body/version'],
  ['no group', { groupKey: undefined }, 'groupKey'],
  ['an unknown status', { status: 'pending' }, 'body/status'],
  ['alerts that are none', { alerts: [{}] }, 'body/alerts/0'],
])('refuses %s in words', async (_what, more, names) => {
  const answer = await post(more === undefined ? '' : { ...alertGroup([alertOn('web-1')]), ...more })
  expect(answer.status).toBe(400)
  const { detail } = answer.problem()
  expect(detail).toMatch(/^This is not what Alertmanager sends to a webhook in version 4: /)
  expect(detail).toContain(names)
})

it('takes what else a sender adds, and texts with anything in them', async () => {
  const alert = alertOn('web-1', {
    annotations: { description: 'one\n\u0000\u001b[31mtwo\ud800' },
    startsAt: 'once upon a time',
    generatorURL: 'javascript:alert(1)',
  })
  const group = {
    ...alertGroup([alert]),
    orgId: 1,
    alerts: [{ ...alert, values: { B: 1 } }],
    externalURL: 'http://alertmanager:9093',
  }
  expect((await post(group)).status).toBe(202)
  const { text, url } = await shown()
  // Discord refuses a message with the address of a host without a dot as its title’s.
  expect(url).toBeNull()
  expect(text).toMatch(/🔥\n {2}one\n {2}\\\[31mtwo/)
  expect(text).not.toContain('javascript')
})

it('shows what is in labels and annotations as plain words', async () => {
  const nasty = '@everyone <@&1> [good](https://evil.example) **x** `y`'
  await post(
    alertGroup([alertOn(nasty, { annotations: { summary: nasty, description: `# ${nasty}` } })], {
      commonLabels: { alertname: nasty, team: nasty },
      commonAnnotations: { summary: nasty, runbook_url: 'https://wiki.example.org/(a)', impact: nasty },
    }),
  )
  const { title, text, fields } = await shown()
  const everything = [title, text, fields[0]?.value].join('\n')
  expect(everything).not.toMatch(/(?<!\\)@everyone|(?<!\\)<@|\[good\]\(|(?<!\\)`|(?<=^|\n)\s*# /)
  expect(text).toContain('📖 [Runbook](https://wiki.example.org/%28a%29)')
})

const mailRule = (severity: string | null = null, address = 'ops@example.org') =>
  api.sql(
    `insert into notice_rule (id, source, severity, place_kind, place_id) values (gen_random_uuid(), 'alertmanager', $1, 'mail', $2)`,
    [severity, address],
  )

/** What was mailed, and to whom. */
const mails = () =>
  api.sql<{ to: string; subject: string; text: string }>(
    'select to_address as "to", subject, text_body as text from mail order by created_at, id',
  )

it.each([
  ['it is less bad by then', async () => undefined],
  ['the rule is gone', async () => api.sql('delete from notice_rule')],
  [
    'a rule keeps it from everywhere',
    async () => api.sql(`insert into notice_rule (id, place_kind) values (gen_random_uuid(), 'nowhere')`),
  ],
])('mails the end to whoever was mailed the beginning, once, though %s', async (_what, meanwhile) => {
  await mailRule('critical')
  const critical = alertOn('db-1', { labels: { severity: 'critical' } })
  const other = alertOn('web-1')
  await post(alertGroup([critical, other]))
  await post(alertGroup([resolved(critical), other]))
  await meanwhile()
  const over = alertGroup([resolved(other)])
  await post(over)
  await post(over)
  expect(await mails()).toMatchObject([
    { to: 'ops@example.org', subject: '🚨 HostDown: 2 firing' },
    { to: 'ops@example.org', subject: '✅ HostDown: resolved' },
  ])
})

it.for(['ops@example.org', 'Ops@Example.org'])(
  'mails %s nothing twice while it goes on as it did',
  async (address) => {
    await mailRule(null, address)
    const critical = alertOn('db-1', { labels: { severity: 'critical' } })
    await post(alertGroup([alertOn('web-1')]))
    await post(alertGroup([alertOn('web-1'), alertOn('web-2')]))
    await post(alertGroup([alertOn('web-1'), critical]))
    await post(alertGroup([alertOn('web-1'), resolved(critical)]))
    await post(alertGroup([resolved(alertOn('web-1')), resolved(critical)]))
    expect((await mails()).map(({ subject }) => subject)).toEqual([
      '⚠️ HostDown: 1 firing',
      '🚨 HostDown: 2 firing',
      '✅ HostDown: resolved',
    ])
  },
)

const refuseToWord = () => {
  throw new Error('nobody reads this')
}

it('keeps a mail of hundreds of alerts short, and words none where none goes out', async () => {
  const long = 'x'.repeat(1000)
  const many = Array.from({ length: 300 }, (_, at) =>
    alertOn(`web-${at}`, { annotations: { description: long } }),
  )
  await mailRule()
  await post(alertGroup(many))
  const [mail] = await mails()
  expect(mail?.text.length).toBeLessThanOrEqual(50_000)
  expect(mail?.text).toMatch(/web-0[^]*…$/)

  await api.sql('delete from notice_rule')
  const defaults = { alertChannelId: alertChannel, workflowChannelId: null, alertMailTo: null }
  const another = alertGroup([alertOn('web-1')], { groupKey: 'another' })
  const told = api.context.db.transaction((tx) =>
    tellAlertGroup(tx, another, { defaults, word: refuseToWord }),
  )
  expect(await told).toBe('told')
})

it('is told in the place of a rule that was made since, and stays where it is shown', async () => {
  await post(alertGroup([alertOn('web-1')]))
  await rule({ channel: '400000000000000002', mention: role })
  await post(alertGroup([alertOn('web-1')]))
  expect(await notices()).toHaveLength(1)
  await post(alertGroup([alertOn('web-1'), alertOn('web-2')]))
  await post(alertGroup([alertOn('web-2')]))
  expect(await notices()).toEqual([
    { channel: alertChannel, mention: null, revision: 3 },
    { channel: '400000000000000002', mention: null, revision: 2 },
  ])
})

it('pings nobody anew by a rule that was made while something critical lasts where it is shown', async () => {
  await rule({ channel: alertChannel })
  const critical = alertOn('db-1', { labels: { severity: 'critical' } })
  await post(alertGroup([critical]))
  await rule({ channel: alertChannel, mention: role })
  await post(alertGroup([critical, alertOn('web-1')]))
  expect(await notices()).toEqual([{ channel: alertChannel, mention: null, revision: 2 }])
})
