import { beforeAll, expect, test } from 'vitest'
import { newApiToken } from '../../domain/rules/api-token.ts'
import { rows } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/end-alerts.ts'
import { hashOf } from '../../domain/store/link-secrets.ts'
import { newId } from '../../domain/store/new-id.ts'
import { type Alert, raiseAlert } from '../../domain/store/raise-alert.ts'
import type { DiscordUser, OptionValues } from '../../sandbox/discord/stand-in.ts'
import { createSystem, type System } from '../_support/system.ts'
import { testLog } from '../_support/world.ts'

const ops = '400000000000000001'
const dev = '400000000000000002'
const oncall = '500000000000000001'

let system: System
let ada: DiscordUser
let token: string

beforeAll(async () => {
  system = await createSystem({
    discord: {
      channels: [
        { id: ops, name: 'ops' },
        { id: dev, name: 'dev' },
      ],
      roles: [{ id: oncall, name: 'on call' }],
    },
  })
  const where = {
    DISCORD_ALERT_CHANNEL_ID: ops,
    DISCORD_WORKFLOW_CHANNEL_ID: ops,
    ALERT_MAIL_TO: 'ops@example.org',
  }
  await Promise.all([system.start('api', where), system.start('worker', where), system.start('bot')])
  await system.mirrored()
  ada = system.onDiscord('ada')
  await system.link(ada, 'ada')
  token = newApiToken()
  await rows(
    system.db,
    `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
     select :id, :hash, id, 'build', '{notices}', now() + interval '1 day' from member where uid = 'ada'`,
    { id: newId(), hash: hashOf(token) },
  )
})

/** Types `/notices …` and gives what comes back, once it says this. */
async function notices(path: string, words: string, options: OptionValues = {}): Promise<string> {
  const [subcommand = '', subcommandGroup] = path.split(' ').toReversed()
  const handle = await system.discord.slash(ada, 'notices', options, { subcommand, subcommandGroup })
  return (await handle.until(({ content }) => content.includes(words), 15_000)).content
}

/** A developer's program tells of something. */
async function tell(title: string): Promise<void> {
  const answer = await fetch(`${system.apiUrl}/api/v1/notices`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title, text: 'It says so.', severity: 'info' }),
  })
  expect(answer.status).toBe(202)
}

const raise = (kind: Alert['kind'], subject: string) => {
  const content = `⚠️ **${subject}**\nIt is so.\nLook.`
  const alerting = { db: system.db, log: testLog, alertTo: { channelId: ops, mailTo: null } }
  return raiseAlert(alerting, { key: subject, kind, subject, content, text: 'It is so.\n\nLook.\n' })
}

/** What a channel tells of, the oldest first. */
const titlesIn = (channelId: string) =>
  system.discord.messagesIn(channelId).flatMap(({ content, embeds }) => {
    const [, subject] = /\*\*(.+?)\*\*/.exec(content) ?? []
    const titles = embeds.map(({ title }) => (title ?? '').replace(/^[^A-Z]+/, ''))
    return subject === undefined ? titles : [...titles, subject]
  })

const shows = async (channelId: string, title: string) =>
  await expect.poll(() => titlesIn(channelId), { timeout: 15_000 }).toContain(title)

test('a rule that an admin adds in Discord sends the next notice to another channel, until it is removed', async () => {
  await tell('Before')
  await shows(ops, 'Before')
  await notices('rule add', `→ <#${dev}>`, { channel: dev, source: 'api' })
  expect(await notices('rule test', 'This would go', { source: 'api', event: 'notice.open' })).toContain(
    `This would go to <#${dev}>.`,
  )
  await tell('While it stands')
  await shows(dev, 'While it stands')
  const [chosen] = await system.discord.autocomplete(ada, 'notices', 'rule', 'dev', {
    subcommandGroup: 'rule',
    subcommand: 'remove',
  })
  expect(chosen?.name).toBe('1. → #dev: Developers’ own notices')
  await notices('rule remove', 'Removed', { rule: String(chosen?.value) })
  await tell('Afterwards')
  await shows(ops, 'Afterwards')
  expect([titlesIn(ops), titlesIn(dev)]).toEqual([['Before', 'Afterwards'], ['While it stands']])
})

test('our own alerts go by rules too: to another channel, calling somebody, by mail, or nowhere', async () => {
  await notices('rule add', 'From the next notice on', { channel: dev, source: 'guildpost', mention: oncall })
  await notices('rule add', 'From the next notice on', { mail: 'night@example.org', event: 'audit-*' })
  await notices('rule add', 'From the next notice on', { nowhere: true, event: 'drift' })
  await notices('rule list', 'Rules about notices: 3')
  await raise('drift', 'Quiet')
  await raise('audit-broken', 'Broken')
  await shows(dev, 'Broken')
  const message = system.discord.messagesIn(dev).at(-1)
  expect(message?.mention_roles).toEqual([oncall])
  const mail = await system.mail.waitForMail((one) => one.subject === 'Broken')
  expect(mail.to).toEqual(['night@example.org'])
  await rows(system.db, `update incident set began_at = now() - interval '5 minutes'`)
  await endAlerts({ db: system.db, log: testLog, alertTo: { channelId: ops, mailTo: null } }, [
    'Broken',
    'Quiet',
  ])
  const over = await system.mail.waitForMail((one) => one.subject === 'Over: Broken')
  expect(over.to).toEqual(['night@example.org'])
  expect([...titlesIn(ops), ...titlesIn(dev)].filter((title) => ['Broken', 'Quiet'].includes(title))).toEqual(
    ['Broken'],
  )
})

test('what a rule sends where nobody can write is shown with the reason, and sent again', async () => {
  const gone = { source: 'api', place: { kind: 'channel', id: '400000000000000009' } }
  const added = await system.api('/admin/notice-rules', ada, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(gone),
  })
  expect(added.status).toBe(201)
  await tell('Into nothing')
  // Such a channel may be there again soon: it is given up after days.
  const isRefused = `state = 'queued' and body -> 'refusedSince' is not null`
  await expect
    .poll(() => rows(system.db, `select 1 from notice where ${isRefused}`), { timeout: 15_000 })
    .toHaveLength(1)
  await rows(
    system.db,
    `with aged as (update notice set body = body || jsonb_build_object('refusedSince', now() - interval '4 days') where ${isRefused}),
       rested as (update destination set resume_at = now())
     select pg_notify('outbox', '')`,
  )
  await expect
    .poll(
      async () => {
        await rows(system.db, `select pg_notify('outbox', '')`)
        return rows(system.db, `select state from notice where state = 'failed'`)
      },
      { timeout: 15_000 },
    )
    .toHaveLength(1)
  expect(await notices('failed', 'Could not be delivered: 1')).toMatch(
    /<#400000000000000009>.*\n-# .*Unknown Channel/,
  )
  await notices('resend', 'On their way again: 1')
})
