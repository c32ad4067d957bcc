import { pino } from 'pino'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { areasOf } from '../../cli/doctor/areas.ts'
import { examine } from '../../cli/doctor/examine.ts'
import { readSettings } from '../../cli/doctor/read-settings.ts'
import { openDatabase, rows } from '../../domain/store/database.ts'
import { newId } from '../../domain/store/new-id.ts'
import type { DiscordStandIn } from '../../sandbox/discord/stand-in.ts'
import { discordNames, startTestDiscord } from '../_support/discord.ts'
import { createTestDatabase } from '../_support/servers.ts'

const { token, applicationId, guildId } = discordNames
const channel = (number: number) => `40000000000000000${number}`
const [ops, hidden, silent, plain, bare, gone] = [1, 2, 3, 4, 5, 6].map(channel) as [
  string,
  string,
  string,
  string,
  string,
  string,
]
const [open, archived, locked, inSilent] = [
  '410000000000000001',
  '410000000000000002',
  '410000000000000003',
  '410000000000000004',
] as const
const [loud, quiet, removed] = ['500000000000000001', '500000000000000002', '500000000000000003'] as const

const bit = (...at: number[]) => String(at.reduce((all, one) => all | (1n << BigInt(one)), 0n))
const denying = (...at: number[]) => [{ id: guildId, deny: bit(...at) }]

let discord: DiscordStandIn

beforeAll(async () => {
  discord = await startTestDiscord({
    channels: [
      { id: ops, name: 'ops' },
      { id: hidden, name: 'hidden', overwrites: denying(10) },
      // For everybody else only: the bot itself may post there.
      { id: silent, name: 'silent', overwrites: [...denying(11, 38), { id: applicationId, allow: bit(11) }] },
      { id: plain, name: 'plain', overwrites: denying(14, 16) },
      { id: bare, name: 'bare', overwrites: denying(15) },
    ],
    threads: [
      { id: open, name: 'open', parentId: ops },
      { id: archived, name: 'archived', parentId: ops, archived: true },
      { id: locked, name: 'locked', parentId: ops, locked: true },
      { id: inSilent, name: 'in-silent', parentId: silent },
    ],
    roles: [
      { id: loud, name: 'on-call', mentionable: true },
      { id: quiet, name: 'directors' },
    ],
  })
})

type Rule = [kind: 'channel' | 'mail' | 'nowhere', id: string | null, mention?: string]

/** What the doctor says of these rules, and of nothing else in Discord. */
async function saidOf(rules: readonly Rule[], environment: Record<string, string> = {}) {
  const { url } = await createTestDatabase(undefined, {})
  const db = openDatabase(url, { poolMax: 2 })
  onTestFinished(() => db.destroy())
  for (const [kind, id, mention = null] of rules)
    await rows(
      db,
      `insert into notice_rule (id, place_kind, place_id, mention) values (:ruleId, :kind, :id, :mention)`,
      { ruleId: newId(), kind, id, mention },
    )
  const settings = readSettings(
    {
      DATABASE_URL: url,
      DISCORD_TOKEN: token,
      DISCORD_APPLICATION_ID: applicationId,
      DISCORD_GUILD_ID: guildId,
      DISCORD_API_URL: discord.url,
      ...environment,
    },
    '/nowhere',
  )
  const wishes = { worker: false, sendTestTo: undefined }
  const areas = areasOf(settings, db, pino({ level: 'silent' }), wishes)
  const silently = { begin: () => {}, found: () => {} }
  const found = await examine(
    areas.filter(({ name }) => name === 'discord'),
    silently,
  )
  return found.map(({ finding }) => finding).filter(({ check }) => /^notice rule|_CHANNEL_ID/.test(check))
}

describe('a channel or thread that a rule names', () => {
  it('is right where the bot may post and ping, and each is looked at once', async () => {
    const said = await saidOf([
      ['channel', ops],
      ['channel', ops, loud],
      ['nowhere', null],
      ['channel', open],
      // What is posted there opens it again.
      ['channel', archived],
      ['channel', silent],
      ['channel', ops],
    ])
    expect(said.filter(({ check }) => check.startsWith('notice'))).toEqual([
      { check: 'notice rules 1, 7', state: 'right', says: 'the bot may post in #ops' },
      { check: 'notice rule 2', state: 'right', says: 'the bot may post in #ops' },
      { check: 'notice rule 4', state: 'right', says: 'the bot may post in #open' },
      { check: 'notice rule 5', state: 'right', says: 'the bot may post in #archived' },
      { check: 'notice rule 6', state: 'right', says: 'the bot may post in #silent' },
    ])
  })

  it.for<[string, Rule, says: RegExp, remedy: RegExp]>([
    ['is gone', ['channel', gone], /Unknown Channel/, /Let the bot see the channel/],
    ['is hidden from the bot', ['channel', hidden], /Missing Access/, /Let the bot see the channel/],
    [
      'lets nobody embed or read',
      ['channel', plain],
      /^in #plain the bot lacks Embed Links, Read Message History$/,
      /under Permissions give the bot’s role: Embed Links, Read Message History/,
    ],
    [
      'lets nobody speak in its threads',
      ['channel', inSilent],
      /^in #in-silent the bot lacks Send Messages in Threads$/,
      /Send Messages in Threads/,
    ],
    [
      'is locked',
      ['channel', locked],
      /^#locked is locked, and the bot lacks Manage Threads$/,
      /^Unlock the thread; or .*Manage Threads/,
    ],
    [
      'pings a role that is gone',
      ['channel', ops, removed],
      /the role 500000000000000003 .* is gone/,
      /^Remove what leads there/,
    ],
    [
      'pings a role that nobody may ping',
      ['channel', ops, quiet],
      /Mention @everyone, @here, and All Roles, so @directors is not pinged/,
      /let anybody mention the role/,
    ],
    [
      'pings whoever is there',
      ['channel', ops, 'here'],
      /so @here is not pinged/,
      /give the bot’s role: Mention @everyone, @here, and All Roles/,
    ],
  ])('that %s is wrong, with what to do', async ([, rule, says, remedy]) => {
    const finding = (await saidOf([['nowhere', null], rule])).at(-1)
    expect(finding).toMatchObject({
      check: 'notice rule 2',
      state: 'wrong',
      says: expect.stringMatching(says) as string,
      remedy: expect.stringMatching(remedy) as string,
    })
    expect(finding?.remedy).toContain('/notices rule remove rule:2')
  })

  it('in another server, or none that messages are posted in, is wrong', async () => {
    const read = { method: 'GET', path: new RegExp(`^/channels/${ops}$`), times: 1 }
    const shown = { id: ops, name: 'elsewhere', permission_overwrites: [] }
    discord.script({
      ...read,
      answer: { status: 200, body: { ...shown, type: 0, guild_id: '300000000000000009' } },
    })
    expect((await saidOf([['channel', ops]])).at(-1)).toMatchObject({
      state: 'wrong',
      says: '#elsewhere is in another server',
    })
    discord.script({ ...read, answer: { status: 200, body: { ...shown, type: 15, guild_id: guildId } } })
    expect((await saidOf([['channel', ops]])).at(-1)).toMatchObject({
      state: 'wrong',
      says: '#elsewhere is none that messages are posted in',
    })
  })

  it('where files are not let through is worth a look', async () => {
    expect((await saidOf([['channel', bare]])).at(-1)).toMatchObject({
      check: 'notice rule 1',
      state: 'doubtful',
      says: expect.stringContaining('in #bare the bot lacks Attach Files') as string,
    })
  })
})

it('several rules that lead to a wrong place are removed from the last one, as the numbers behind change', async () => {
  const said = await saidOf([
    ['channel', hidden],
    ['channel', ops],
    ['channel', hidden],
  ])
  expect(said.find(({ state }) => state === 'wrong')).toMatchObject({
    check: 'notice rules 1, 3',
    remedy: expect.stringContaining(
      '/notices rule remove rule:3, then /notices rule remove rule:1',
    ) as string,
  })
})

it('a rule that asks for mail is told of where mail is off, and only there', async () => {
  const rules: Rule[] = [['mail', 'ops@example.org']]
  expect((await saidOf(rules)).at(-1)).toMatchObject({
    check: 'notice rule 1',
    state: 'doubtful',
    remedy: expect.stringContaining('SMTP_URL') as string,
  })
  const withMail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'lists@example.org' }
  expect((await saidOf(rules, withMail)).map(({ check }) => check)).not.toContain('notice rule 1')
})

it('a channel of the environment may be a thread, and is judged alike', async () => {
  const said = await saidOf([], { DISCORD_ALERT_CHANNEL_ID: locked, DISCORD_WORKFLOW_CHANNEL_ID: open })
  expect(said).toEqual([
    {
      check: 'DISCORD_ALERT_CHANNEL_ID',
      state: 'wrong',
      says: '#locked is locked, and the bot lacks Manage Threads',
      remedy: expect.stringMatching(/^Unlock the thread; .*into DISCORD_ALERT_CHANNEL_ID\.$/) as string,
    },
    { check: 'DISCORD_WORKFLOW_CHANNEL_ID', state: 'right', says: 'the bot may post in #open' },
    { check: 'notice rules', state: 'right', says: 'there are none' },
  ])
})
