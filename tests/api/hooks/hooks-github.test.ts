import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import type { Severity } from '../../../domain/contracts/topic.ts'
import { readPayload } from '../../../domain/rules/github/read-payload.ts'
import { routeExample } from '../../../domain/rules/route-example.ts'
import { newId } from '../../../domain/store/new-id.ts'
import { prune } from '../../../domain/store/installation/prune.ts'
import { noticeRule } from '../../bot/_notice-rules.ts'
import { sendRaw } from '../send-raw.ts'
import { startTestApi, type TestApi } from '../api-server.ts'
import { deliver, runPayload, signatureOf, webhookSecret } from './github-hook.ts'
import { webhookExamples } from './webhook-examples.ts'

const channelId = '700000000000000001'

const listening = async (overrides: Parameters<typeof startTestApi>[1] = {}): Promise<TestApi> =>
  startTestApi(undefined, {
    ...overrides,
    settings: { githubWebhookSecret: webhookSecret, workflowChannelId: channelId },
  })

const topicsOf = async (api: TestApi) =>
  api.sql<{ key: string | null; event: string; state: string; notices: number }>(
    `select key, event, state, (select count(*)::int from notice n where n.topic_id = t.id) as notices
     from topic t order by began_at, id`,
  )

it('is off without a secret', async () => {
  const api = await startTestApi()
  const answer = await deliver(api, 'ping', { hook_id: 1 })
  expect(answer.status).toBe(404)
  expect(answer.text).toContain('GITHUB_WEBHOOK_SECRET')
})

it('takes every example of GitHub’s own collection', async () => {
  const api = await listening()
  const answers = []
  for (const { event, payload } of webhookExamples) {
    const { status, text } = await deliver(api, event, payload)
    answers.push({ event, status, text })
  }
  expect(answers.filter(({ status }) => status !== 202)).toEqual([])
  expect(answers.length).toBeGreaterThan(400)
  const unfit = api.log.filter((line) => line.includes('lacks what a notice needs'))
  expect(unfit).toEqual([])
})

it('takes four megabytes, and answers 413 beyond five', async () => {
  const api = await listening()
  const padding = 'x'.repeat(4 * 1024 * 1024)
  const large = await deliver(api, 'workflow_run', { ...runPayload({ number: 1 }), padding })
  expect([large.status, large.json()]).toEqual([202, { outcome: 'told' }])
  const largest = `{"hook_id":1,"p":"${'x'.repeat(5 * 1024 * 1024 - 20)}"}`
  expect((await deliver(api, 'ping', largest)).status).toBe(202)
  const tooLarge = await deliver(api, 'ping', `${largest}  `)
  expect(tooLarge.status).toBe(413)
  expect(tooLarge.text).toContain('5 MiB')
})

it('answers 413 to a body without an end that says no length', async () => {
  const api = await listening()
  await api.server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = api.server.server.address() as AddressInfo
  const status = await new Promise((resolve, reject) => {
    const call = request(
      {
        port,
        method: 'POST',
        path: '/api/v1/hooks/github',
        headers: {
          'content-type': 'application/json',
          'transfer-encoding': 'chunked',
          'x-hub-signature-256': signatureOf('another'),
        },
      },
      (response) => {
        response.resume()
        call.destroy()
        resolve(response.statusCode)
      },
    )
    call.on('error', reject)
    const chunk = 'x'.repeat(64 * 1024)
    const pump = () => void (call.destroyed || call.write(chunk, () => setImmediate(pump)))
    pump()
  })
  expect(status).toBe(413)
})

it.each([
  ['another secret', (body: string) => signatureOf(body, 'another-secret-altogether')],
  ['another body', () => signatureOf('{}')],
  ['SHA-1', () => 'sha1=0123456789012345678901234567890123456789'],
  ['nothing', () => ''],
  ['nonsense', () => 'sha256=ü'],
])('answers 401 to a signature of %s, and does nothing', async (_name, sign) => {
  const api = await listening()
  const body = JSON.stringify(runPayload({ number: 1 }))
  const answer = await deliver(api, 'workflow_run', body, { 'x-hub-signature-256': sign(body) })
  expect(answer.status).toBe(401)
  expect(answer.json()).toMatchObject({ code: 'NOT_AUTHENTICATED' })
  expect(await topicsOf(api)).toEqual([])
  expect(await api.sql('select 1 from delivery')).toEqual([])
})

it('answers 401 where there is no signature, and no body', async () => {
  const api = await listening()
  const bare = await api.server.inject({ method: 'POST', url: '/api/v1/hooks/github' })
  expect(bare.statusCode).toBe(401)
})

it('takes the content type that GitHub offers besides JSON, and no third', async () => {
  const api = await listening()
  const form = new URLSearchParams({ payload: JSON.stringify(runPayload({ number: 1 })) }).toString()
  const answer = await deliver(api, 'workflow_run', form, {
    'content-type': 'application/x-www-form-urlencoded',
  })
  expect([answer.status, answer.json()]).toEqual([202, { outcome: 'told' }])
  expect((await deliver(api, 'ping', 'hello', { 'content-type': 'text/plain' })).status).toBe(415)
})

it.each(['[]', 'null', '3', '{', '"workflow_run"'])(
  'answers 400 to %s, signed as it may be',
  async (body) => {
    const api = await listening()
    expect((await deliver(api, 'workflow_run', body)).status).toBe(400)
  },
)

it('answers 400 where a delivery does not say what it is', async () => {
  const api = await listening()
  expect((await deliver(api, '', { hook_id: 1 })).status).toBe(400)
  expect((await deliver(api, 'ping', { hook_id: 1 }, { 'x-github-delivery': '' })).status).toBe(400)
})

it.each([
  ['a run without a number', { action: 'completed', workflow_run: { id: 'many' } }],
  ['a run of a number that no database has', runPayload({ number: 1e308, endedAtMin: 1 })],
])('ignores what does not fit, and says so in the log: %s', async (_case, payload) => {
  const api = await listening()
  const answer = await deliver(api, 'workflow_run', payload)
  expect([answer.status, answer.json()]).toEqual([202, { outcome: 'ignored' }])
  expect(api.log.some((line) => line.includes('lacks what a notice needs'))).toBe(true)
})

it('ignores events that nobody tells of, also those that are new to it', async () => {
  const api = await listening()
  for (const event of ['star', 'something_new', 'constructor'])
    expect((await deliver(api, event, { action: 'created', event })).json()).toEqual({ outcome: 'ignored' })
})

it('knows a delivery by its id, and by its body under another id', async () => {
  const api = await listening()
  const payload = runPayload({ number: 1 })
  const id = { 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' }
  expect((await deliver(api, 'workflow_run', payload, id)).json()).toEqual({ outcome: 'told' })
  const again = await deliver(api, 'workflow_run', payload, id)
  expect([again.status, again.json()]).toEqual([202, { outcome: 'known' }])
  const sameId = await deliver(api, 'workflow_run', runPayload({ number: 2 }), id)
  expect(sameId.json()).toEqual({ outcome: 'known' })
  const replayed = await deliver(api, 'workflow_run', payload)
  expect(replayed.json()).toEqual({ outcome: 'known' })
  expect(await api.sql('select count from topic')).toEqual([{ count: 1 }])
})

it('takes one of many that come at once', async () => {
  const api = await listening()
  const payload = runPayload({ number: 1 })
  const answers = await Promise.all(Array.from({ length: 12 }, () => deliver(api, 'workflow_run', payload)))
  const outcomes = answers.map((answer) => answer.json<{ outcome: string }>().outcome).sort()
  expect(outcomes).toEqual([...Array.from({ length: 11 }, () => 'known'), 'told'])
  expect(await topicsOf(api)).toMatchObject([{ event: 'workflow_run.failed', notices: 1 }])
})

it('takes runs that are told at once one after the other, the first of a branch, too', async () => {
  const api = await listening()
  const branches = Array.from({ length: 30 }, (_, at) => `topic-${at}`)
  const outcomeOf = async (branch: string, number: number) =>
    (await deliver(api, 'workflow_run', runPayload({ number, branch }))).json<{ outcome: string }>().outcome
  const expected = await Promise.all(
    branches.map(async (branch) => {
      const [first, second] = await Promise.all([outcomeOf(branch, 1), outcomeOf(branch, 2)])
      expect(second).toBe('told')
      return { branch, newest: 2, failures: first === 'told' ? 2 : 1 }
    }),
  )
  const topics = await api.sql(
    `select facts ->> 'branch' as branch, (facts -> 'run' ->> 'number')::int as newest, (facts ->> 'failures')::int as failures
     from topic`,
  )
  expect(topics).toHaveLength(branches.length)
  expect(topics).toEqual(expect.arrayContaining(expected))
})

it('forgets a delivery that could not be taken in, so that it can come again', async () => {
  const api = await listening()
  await api.sql('alter table notice rename to notice_away')
  const payload = runPayload({ number: 1 })
  const id = { 'x-github-delivery': 'd-1' }
  expect((await deliver(api, 'workflow_run', payload, id)).status).toBe(500)
  await api.sql('alter table notice_away rename to notice')
  expect((await deliver(api, 'workflow_run', payload, id)).json()).toEqual({ outcome: 'told' })
})

it('keeps what Postgres could not: NUL and halves of characters', async () => {
  const api = await listening()
  const hostile = '\u0000\ud83d broken \udc00\u0007'
  const run = runPayload({ number: 1, branch: hostile, message: hostile, author: hostile, name: hostile })
  expect((await deliver(api, 'workflow_run', run)).json()).toEqual({ outcome: 'told' })
})

const down = async () => false
const away = async () => {
  throw new Error('away')
}

it('works while everything else is away', async () => {
  const api = await listening({
    probes: { jobs: down, redis: down, ldap: down },
    limits: { changes: { consume: away, peek: away, refund: away } },
    authenticate: away,
    readAdmins: away,
  })
  expect((await deliver(api, 'workflow_run', runPayload({ number: 1 }))).json()).toEqual({ outcome: 'told' })
})

it('counts and refuses only what fails to prove where it comes from, however much else an address asks', async () => {
  const api = await listening({ server: { addressLimit: { perMinute: 3, remembered: 10 } } })
  const genuine = async (number: number) =>
    (await deliver(api, 'workflow_run', runPayload({ number }))).status
  const forged = async () =>
    deliver(api, 'ping', { hook_id: 1 }, { 'x-hub-signature-256': signatureOf('another') })
  for (let number = 1; number <= 6; number += 1) expect(await genuine(number)).toBe(202)
  for (let times = 0; times < 3; times += 1) expect((await forged()).status).toBe(401)
  const refused = await forged()
  expect([refused.status, refused.json()]).toMatchObject([429, { details: { reason: 'ADDRESS_LIMITED' } }])
  expect((await api.server.inject('/api/v1/auth/me')).statusCode).toBe(429)
  expect(await genuine(7)).toBe(202)
})

it('refuses and counts what shows no signature before anything of it is read, whatever it is', async () => {
  const api = await listening({ server: { addressLimit: { perMinute: 3, remembered: 10 } } })
  const head = `POST /api/v1/hooks/github HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`
  const url = await api.server.listen({ port: 0, host: '127.0.0.1' })
  const said = [
    'Content-Type: application/json\r\nContent-Length: 5000000',
    'Content-Type: text/plain\r\nContent-Length: 9',
    'Content-Type: application/json\r\nContent-Length: 50000000',
  ]
  for (const fields of said) expect((await sendRaw(url, `${head}${fields}\r\n\r\n{`)).status).toBe(401)
  expect((await sendRaw(url, `${head}Content-Length: 0\r\n\r\n`)).status).toBe(429)
})

it('counts, too, what it refuses before it can look at the signature', async () => {
  const api = await listening({ server: { addressLimit: { perMinute: 2, remembered: 10 } } })
  const unreadable = async () => deliver(api, 'ping', 'hello', { 'content-type': 'text/plain' })
  expect((await unreadable()).status).toBe(415)
  expect((await deliver(api, 'ping', 'x'.repeat(5 * 1024 * 1024 + 1))).status).toBe(413)
  const refused = await unreadable()
  expect([refused.status, refused.json()]).toMatchObject([429, { details: { reason: 'ADDRESS_LIMITED' } }])
})

it('takes other bytes than those that were signed for nothing, though they read alike', async () => {
  const api = await listening()
  const signed = JSON.stringify(runPayload({ number: 1, message: 'What is \uFFFD?' }))
  expect((await deliver(api, 'workflow_run', signed)).json()).toEqual({ outcome: 'told' })
  const [before = '', after = ''] = signed.split('\uFFFD')
  const replayed = await api.server.inject({
    method: 'POST',
    url: '/api/v1/hooks/github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'workflow_run',
      'x-github-delivery': 'another-id',
      'x-hub-signature-256': signatureOf(signed),
    },
    payload: Buffer.concat([Buffer.from(before), Buffer.of(0xff), Buffer.from(after)]),
  })
  expect(replayed.statusCode).toBe(401)
  expect(await api.sql('select count from topic')).toEqual([{ count: 1 }])
})

it('puts into mails what the rules send there: that it fails, and that it is over, each once', async () => {
  const api = await listening()
  await api.sql(
    `insert into notice_rule (id, source, place_kind, place_id) values ($1, 'github', 'mail', 'ops@example.org')`,
    [newId()],
  )
  await deliver(api, 'workflow_run', runPayload({ number: 1, message: 'Break *it*' }))
  await deliver(api, 'workflow_run', runPayload({ number: 2 }))
  await deliver(api, 'workflow_run', runPayload({ number: 3, conclusion: 'success' }))
  const mails = await api.sql<{ subject: string; text: string }>(
    'select subject, text_body as text from mail order by due_at, id',
  )
  expect(mails.map(({ subject }) => subject)).toEqual([
    '❌ CI failed on main',
    '☑️ CI failed on main 2 times in a row; it works again',
  ])
  expect(mails[0]?.text).toContain('Commit: `a1b2c3d` Break *it*')
  expect(mails[0]?.text).toContain('https://github.com/octo-org/site/actions/runs/7001')
  expect(mails[1]?.text).toContain('https://github.com/octo-org/site/actions/runs/7003')
})

it('tells nobody of what a rule keeps from every place, and remembers how it stands', async () => {
  const api = await listening()
  await api.sql(
    `insert into notice_rule (id, source, event, place_kind) values ($1, 'github', 'workflow_run.failed', 'nowhere')`,
    [newId()],
  )
  expect((await deliver(api, 'workflow_run', runPayload({ number: 1 }))).json()).toEqual({
    outcome: 'ignored',
  })
  const fixed = await deliver(api, 'workflow_run', runPayload({ number: 2, conclusion: 'success' }))
  expect(fixed.json()).toEqual({ outcome: 'told' })
  expect(await topicsOf(api)).toMatchObject([{ event: 'workflow_run.fixed', notices: 1 }])
})

const outcomeOf = async (...[api, event, payload, headers]: Parameters<typeof deliver>) =>
  (await deliver(api, event, payload, headers)).json<{ outcome: string }>().outcome

const ruleFor = async (api: TestApi, event: string) =>
  api.sql(
    `insert into notice_rule (id, source, event, place_kind, place_id) values ($1, 'github', $2, 'channel', $3)`,
    [newId(), event, channelId],
  )

it('lets nothing that was signed come back as another event', async () => {
  const api = await listening()
  const payload = { ...runPayload({ number: 1 }), hook_id: 5 }
  for (const event of ['check_run', 'issues', 'ping']) {
    const signed = { ...payload, event }
    expect(await outcomeOf(api, event, signed)).toBe(event === 'ping' ? 'told' : 'ignored')
    expect(await outcomeOf(api, 'workflow_run', signed)).toBe('known')
  }
  expect(await topicsOf(api)).toMatchObject([{ event: 'ping' }])
})

it('has told what no rule asked for when GitHub delivers it again after one does, once', async () => {
  const api = await listening()
  const push = {
    ref: 'refs/heads/main',
    repository: { id: 1, full_name: 'octo-org/site', default_branch: 'main' },
  }
  const id = { 'x-github-delivery': 'd-1' }
  expect(await outcomeOf(api, 'push', push, id)).toBe('ignored')
  await ruleFor(api, 'push')
  expect(await outcomeOf(api, 'push', push, id)).toBe('told')
  expect(await outcomeOf(api, 'push', push, id)).toBe('known')
  expect(await topicsOf(api)).toMatchObject([{ event: 'push', notices: 1 }])
})

it('has told once what is delivered again under a new id, also when everything around it is pruned', async () => {
  const api = await listening()
  const push = {
    ref: 'refs/heads/main',
    forced: true,
    repository: { id: 1, full_name: 'octo-org/site', default_branch: 'main', pushed_at: 1_700_000_000 },
  }
  const quiet = { ...push, forced: false }
  expect(await outcomeOf(api, 'push', push)).toBe('told')
  expect(await outcomeOf(api, 'push', quiet)).toBe('ignored')
  await api.sql(`update delivery set received_at = received_at - interval '400 days'`)
  await api.sql(`update topic set last_at = last_at - interval '400 days'`)
  const { delivery } = await prune(api.context.db)
  expect(delivery).toBe(1)
  expect(await outcomeOf(api, 'push', push)).toBe('known')
  expect(await topicsOf(api)).toEqual([])
})

it.each(['failure', 'success', 'cancelled'])(
  'has a run that ended with %s told when it is delivered again, without counting it again',
  async (conclusion) => {
    const api = await listening()
    await api.sql(`insert into notice_rule (id, source, place_kind) values ($1, 'github', 'nowhere')`, [
      newId(),
    ])
    const run = runPayload({ number: 1, conclusion })
    expect(await outcomeOf(api, 'workflow_run', run)).toBe('ignored')
    await api.sql('delete from notice_rule')
    await ruleFor(api, 'workflow_run.*')
    expect(await outcomeOf(api, 'workflow_run', run)).toBe('told')
    expect(await outcomeOf(api, 'workflow_run', run)).toBe('known')
    await outcomeOf(api, 'workflow_run', runPayload({ number: 2 }))
    expect(
      await api.sql(
        `select facts ->> 'tells' as tells, (facts ->> 'failures')::int as failures from topic order by began_at desc`,
      ),
    ).toMatchObject(
      conclusion === 'failure'
        ? [{ tells: 'failing', failures: 2 }]
        : [{ tells: 'failing', failures: 1 }, { tells: 'run' }],
    )
  },
)

const ruleOf = (severity: Severity) =>
  noticeRule(severity, { event: '*', severity, place: { kind: 'channel', id: channelId }, mention: 'here' })

it('is as bad as an example that an admin tries says', async () => {
  const api = await listening()
  await ruleFor(api, '*')
  await deliver(api, 'workflow_run', runPayload({ number: 1 }))
  await deliver(api, 'workflow_run', runPayload({ number: 2, conclusion: 'success' }))
  await deliver(api, 'workflow_run', runPayload({ number: 1, workflowId: 8 }))
  const read = webhookExamples.flatMap(({ event, payload }) => {
    const said = readPayload(event, payload, new Date())
    return typeof said === 'string' || 'run' in said ? [] : [said]
  })
  const told = [
    ...(await api.sql<{ event: string; severity: Severity }>('select event, severity from topic')),
    ...read.map(({ event, severity }) => ({ event, severity })),
  ]
  expect(new Set(told.map(({ event }) => event)).size).toBeGreaterThan(20)
  const rules = [ruleOf('info'), ruleOf('warning'), ruleOf('critical')]
  const none = { alertChannelId: null, workflowChannelId: null, alertMailTo: null }
  const ranks = ['info', 'warning', 'critical']
  for (const { event, severity } of told) {
    const expected = { rules: ranks.slice(0, ranks.indexOf(severity) + 1), places: [{ mention: null }] }
    expect(routeExample(rules, { source: 'github', event }, none)).toMatchObject(expected)
    expect(routeExample(rules, { source: 'github', event, severity: 'critical' }, none)).toMatchObject(
      expected,
    )
  }
  expect(told).toContainEqual({ event: 'workflow_run.failed', severity: 'warning' })
})
