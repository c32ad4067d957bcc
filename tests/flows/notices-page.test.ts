import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { newApiToken } from '../../domain/rules/api-token.ts'
import { rows } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/end-alerts.ts'
import { hashOf } from '../../domain/store/link-secrets.ts'
import { newId } from '../../domain/store/new-id.ts'
import { type Alert, raiseAlert } from '../../domain/store/raise-alert.ts'
import { type DiscordStandIn, startDiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import { cleanUpAfter } from '../_support/cleanup.ts'
import { createWorld, testLog, waitUntil, type World } from '../_support/world.ts'
import { alertGroup, alertOn, resolved } from '../api/alert-groups.ts'
import { startTestApi, type TestApi } from '../api/api-server.ts'
import { deliver, runPayload, webhookSecret } from '../api/github-hook.ts'
import { issue, pullRequest, release, repository, rewritingPush, sender } from './notices-page-payloads.ts'
import { pageWith, type Recorded } from './notices-page.ts'

const alerts = '700000000000000001'
const workflows = '700000000000000002'
const token = 'a.token.for-tests'
const alertmanagerToken = 'alertmanager-shows-this-one'
const page = join(import.meta.dirname, '../../docs/notices.md')

let api: TestApi
let world: World
let discord: DiscordStandIn

beforeAll(async () => {
  discord = await startDiscordStandIn({
    token,
    applicationId: '200000000000000001',
    guildId: '300000000000000001',
    channels: [
      { id: alerts, name: 'alerts' },
      { id: workflows, name: 'workflows' },
    ],
  })
  cleanUpAfter(undefined, () => discord.stop())
  api = await startTestApi(undefined, {
    settings: {
      alertmanagerToken,
      githubWebhookSecret: webhookSecret,
      workflowChannelId: workflows,
      alertTo: { channelId: alerts, mailTo: null },
    },
  })
  world = await createWorld({ databaseUrl: api.databaseUrl })
  await world.worker(
    {},
    { DISCORD_TOKEN: token, DISCORD_API_URL: discord.url, DISCORD_ALERT_CHANNEL_ID: alerts },
  )
})

/** Does what brings notices, and gives how they are when all is told. */
async function record(
  heading: string,
  remark: string,
  channelId: string,
  tell: () => Promise<void>,
): Promise<Recorded> {
  const before = discord.messagesIn(channelId).length
  await tell()
  return { heading, remark, messages: discord.messagesIn(channelId).slice(before) }
}

const allTold = () =>
  waitUntil('everything was told', async () => {
    const waiting = await rows(
      world.db,
      `with hurried as (update notice set due_at = now() where state = 'queued' and due_at > now() returning 1)
       select pg_notify('outbox', ''), (select count(*) from hurried) from notice where state = 'queued'`,
    )
    return waiting.length === 0 ? true : null
  })

async function hear(event: string, payload: object): Promise<void> {
  expect((await deliver(api, event, asOfNow(payload))).status).toBe(202)
}

async function github(event: string, payload: object): Promise<void> {
  await hear(event, payload)
  await allTold()
}

/** Has what is heard of GitHub wait for two hours. */
async function whileDiscordIsAway(hearing: () => Promise<void>): Promise<void> {
  await rows(
    world.db,
    `insert into destination (kind, id, failures, resume_at) values ('channel', :workflows, 1, now() + interval '1 day')`,
    { workflows },
  )
  await hearing()
  await rows(
    world.db,
    `with aged as (
       update notice set created_at = created_at - interval '2 hours' where state = 'queued' returning topic_id),
     past as (
       update topic set happened_at = happened_at - interval '2 hours' where id in (select topic_id from aged))
     delete from destination where kind = 'channel' and id = :workflows`,
    { workflows },
  )
  await allTold()
}

/** A rule by which somebody is called for what is critical. */
const ruleThatCalls = () =>
  rows(
    world.db,
    `insert into notice_rule (id, source, severity, place_kind, place_id, mention)
     values (:id, 'alertmanager', 'critical', 'channel', :alerts, '500000000000000001')`,
    { id: newId(), alerts },
  )

/** The same, the last thing in it having happened just now: nothing is told late. */
function asOfNow(payload: object): object {
  const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g
  const text = JSON.stringify(payload)
  const last = Math.max(...(text.match(moment) ?? []).map((found) => Date.parse(found)))
  const later = Date.now() - last
  return JSON.parse(
    text.replaceAll(moment, (found) => new Date(Date.parse(found) + later).toISOString()),
  ) as object
}

async function alertmanager(group: object): Promise<void> {
  const headers = { authorization: `Bearer ${alertmanagerToken}` }
  const answer = await api.server.inject({
    method: 'POST',
    url: '/api/v1/hooks/alertmanager',
    headers,
    payload: group,
  })
  expect(answer.statusCode).toBe(202)
  await allTold()
}

async function developer(bearer: string, notice: object): Promise<void> {
  const headers = { authorization: `Bearer ${bearer}` }
  const answer = await api.server.inject({ method: 'POST', url: '/api/v1/notices', headers, payload: notice })
  expect(answer.statusCode).toBe(202)
  await allTold()
}

async function developersToken(): Promise<string> {
  await world.mirrored()
  const id = await world.memberId('ada')
  await api.sql('update member set notices_allowed = true where id = $1', [id])
  const bearer = newApiToken()
  await api.sql(
    `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
     values ($1, $2, $3, 'backup', '{notices}', now() + interval '1 day')`,
    [newId(), hashOf(bearer), id],
  )
  return bearer
}

/** Trouble of the program itself. */
const troubles = async (): Promise<void> => {
  const on = { db: world.db, log: testLog, alertTo: { channelId: alerts, mailTo: null } }
  const held: Alert = {
    key: 'removals-held 1',
    kind: 'removals-held',
    subjectId: newId(),
    actions: ['approve', 'deny'],
    ...wordIncident('removals-held', {
      list: 'news',
      members: ['alice', 'bob', 'carol'],
      count: 3,
      requestedBy: 'ada',
      expiresAt: '2026-01-06T09:41:00Z',
    }),
  }
  await raiseAlert(on, held)
  await allTold()
  await endAlerts(on, [])
}

it('shows each kind of notice as Discord was given it', async () => {
  const bearer = await developersToken()
  const recorded: Recorded[] = [
    await record('A webhook of GitHub was set up', 'Once, when the hook is made.', workflows, () =>
      github('ping', {
        zen: 'Keep it logically awesome.',
        hook_id: 1,
        hook: { events: ['workflow_run', 'pull_request'] },
        repository,
        sender,
      }),
    ),
    await record(
      'A workflow still fails',
      'Since the first time it is the same message.',
      workflows,
      async () => {
        const deploy = { workflowId: 8, name: 'Deploy' }
        await github('workflow_run', runPayload({ ...deploy, number: 11, message: 'Move to the new server' }))
        await github('workflow_run', runPayload({ ...deploy, number: 12, message: 'Name it right' }))
      },
    ),
    await record(
      'A workflow fails, fails again, and is fixed',
      'Two messages: the first was edited twice.',
      workflows,
      async () => {
        await github('workflow_run', runPayload({ number: 41, message: 'Show the calendar' }))
        await github('workflow_run', runPayload({ number: 42, message: 'Try again' }))
        await github(
          'workflow_run',
          runPayload({ number: 43, conclusion: 'success', message: 'Count years from one' }),
        )
      },
    ),
    await record('A pull request is opened, and merged', 'One message, edited.', workflows, async () => {
      await github('pull_request', pullRequest('opened'))
      await github(
        'pull_request',
        pullRequest('closed', {
          state: 'closed',
          merged: true,
          merged_by: { login: 'octocat' },
          updated_at: '2026-01-05T10:00:00Z',
        }),
      )
    }),
    await record('An issue', 'Edited when it is closed.', workflows, () => github('issues', issue())),
    await record('A release', 'When it is published.', workflows, () => github('release', release)),
    await record(
      'A push that rewrites the default branch',
      'What is only added to a branch is not told.',
      workflows,
      () => github('push', rewritingPush),
    ),
    await record(
      'What waited while Discord was away',
      'Up to ten in one message, each with when it happened.',
      workflows,
      () =>
        whileDiscordIsAway(async () => {
          await hear('issues', issue(21, 'Weeks begin on Sunday'))
          await hear('issues', issue(22, 'The arrows are too small'))
        }),
    ),
    await record('A group of alerts fires', 'Edited as alerts come and go.', alerts, () =>
      alertmanager(alertGroup([alertOn('web-1'), alertOn('web-2')])),
    ),
    await record('A group of alerts is over', 'The same message, when all of it is.', alerts, async () => {
      const one = alertOn('db-1', { labels: { alertname: 'DiskFull' } })
      const group = { groupKey: '{}:{alertname="DiskFull"}', groupLabels: { alertname: 'DiskFull' } }
      await alertmanager(alertGroup([one], group))
      await alertmanager(alertGroup([resolved(one)], group))
    }),
    await record('A critical group of alerts calls somebody', 'Where a rule says whom.', alerts, async () => {
      await ruleThatCalls()
      const labels = { alertname: 'NoBackup', severity: 'critical' }
      const group = { groupKey: '{}:{alertname="NoBackup"}', groupLabels: { alertname: 'NoBackup' } }
      const annotations = {
        summary: 'db-1 has had no backup for two days',
        runbook_url: 'https://wiki.example.org/backup',
      }
      await alertmanager(
        alertGroup([alertOn('db-1', { labels })], { ...group, commonAnnotations: annotations }),
      )
    }),
    await record(
      'A developer’s own notice',
      'With the key `backup`; edited by the next of that key.',
      workflows,
      () =>
        developer(bearer, {
          title: 'Backup failed',
          text: 'The disk of **db-1** is full, says [the log](https://logs.example.org/42).',
          severity: 'warning',
          key: 'backup',
          fields: [{ name: 'host', value: 'db-1' }],
          url: 'https://backup.example.org/runs/42',
        }),
    ),
    await record(
      'The program’s own alert',
      'Acknowledging it is always offered, deciding where something waits.',
      alerts,
      troubles,
    ),
  ]
  expect(recorded.filter(({ messages }) => messages.length === 0)).toEqual([])
  expect(discord.violations).toEqual([])
  const wanted = pageWith(readFileSync(page, 'utf8'), recorded)
  const written = process.env['NOTICES']
  if (written !== undefined) writeFileSync(written, wanted)
  expect(readFileSync(page, 'utf8')).toBe(wanted)
})
