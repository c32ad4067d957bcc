import { beforeAll, expect, test } from 'vitest'
import { newApiToken } from '../../domain/rules/api-token.ts'
import { rows } from '../../domain/store/database.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { hashOf } from '../../domain/rules/secret-hash.ts'
import { newId } from '../../domain/store/new-id.ts'
import { type Alert, raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
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
  token = await tokenOf('ada')
})

async function tokenOf(uid: string): Promise<string> {
  const made = newApiToken()
  await rows(
    system.db,
    `insert into api_token (id, token_hash, member_id, name, scopes, expires_at)
     select :id, :hash, id, 'build', '{notices}', now() + interval '1 day' from member where uid = :uid`,
    { id: newId(), hash: hashOf(made), uid },
  )
  return made
}

/** Types `/notices …` and gives what comes back, once it says this. */
async function notices(path: string, words: string, options: OptionValues = {}): Promise<string> {
  const [subcommand = '', subcommandGroup] = path.split(' ').toReversed()
  const handle = await system.discord.slash(ada, 'notices', options, { subcommand, subcommandGroup })
  return (await handle.until(({ content }) => content.includes(words), 15_000)).content
}

const send = (bearer: string, title: string, severity: string): Promise<Response> =>
  fetch(`${system.apiUrl}/api/v1/notices`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title, text: 'It says so.', severity }),
  })

/** A developer's program tells of something. */
async function tell(title: string): Promise<void> {
  expect((await send(token, title, 'info')).status).toBe(202)
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
  // Whoever has the place in hand may let it rest only after it was noted.
  await expect
    .poll(
      async () => {
        await rows(
          system.db,
          `with aged as (update notice set body = body || jsonb_build_object('refusedSince', now() - interval '4 days') where ${isRefused}),
             rested as (update destination set resume_at = now())
           select pg_notify('outbox', '')`,
        )
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

test('what somebody’s programs may send, and whether they may call anybody, an admin says in Discord', async () => {
  const alice = system.onDiscord('alice')
  await system.link(alice, 'alice')
  const program = await tokenOf('alice')
  /** Why one of each severity is refused; null for what is taken. */
  const refusals = async (title: string) =>
    Promise.all(
      ['warning', 'critical'].map(async (severity) => {
        const answer = await send(program, `${title} ${severity}`, severity)
        if (answer.status === 202) return null
        const { details } = (await answer.json()) as { details: { reason: string } }
        return details.reason
      }),
    )
  /** What the channel shows of it, and whom that calls. */
  const called = (title: string) =>
    system.discord
      .messagesIn(dev)
      .filter(({ embeds }) => embeds.some((embed) => embed.title?.includes(title)))
      .map(({ mention_roles: roles }) => roles)
  await notices('rule add', 'mentions', { channel: dev, source: 'api', mention: oncall })

  expect(await refusals('Unasked')).toEqual(['SCOPE_MISSING', 'SCOPE_MISSING'])
  const byMention = await notices('allow', '**alice** may send', { may: 'notices', user: alice.id })
  expect(byMention).toContain(`${system.apiUrl}/account`)
  expect(await refusals('Allowed')).toEqual([null, 'MENTION_NOT_GRANTED'])
  await notices('allow', 'critical ones too', { may: 'critical', username: 'alice' })
  expect(await refusals('Calling')).toEqual([null, null])
  await expect.poll(() => called('Calling critical'), { timeout: 15_000 }).toEqual([[oncall]])
  await notices('allow', 'none that is critical', { may: 'notices', username: 'alice' })
  expect(await refusals('Quieter')).toEqual([null, 'MENTION_NOT_GRANTED'])
  await notices('allow', 'may send no notices', { may: 'nothing', user: alice.id })
  expect(await refusals('Over')).toEqual(['SCOPE_MISSING', 'SCOPE_MISSING'])
  for (const title of ['Allowed warning', 'Calling warning', 'Quieter warning'])
    await expect.poll(() => called(title), { timeout: 15_000 }).toEqual([[]])
})
