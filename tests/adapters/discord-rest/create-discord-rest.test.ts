import { pino } from 'pino'
import { describe, expect, it, type TestContext } from 'vitest'
import { createDiscordRest } from '../../../adapters/discord-rest/create-discord-rest.ts'
import { DiscordTokenError } from '../../../adapters/discord-rest/discord-result.ts'
import { startDiscordStandIn } from '../../../sandbox/discord/stand-in.ts'
import { cleanUpAfter } from '../../_support/cleanup.ts'

const log = pino({ level: 'silent' })
const guildId = '200000000000000001'
const channelId = '200000000000000002'
const roleId = '200000000000000003'
const alice = '300000000000000001'
const messages = /^\/channels\/\d+\/messages$/

const limited = (seconds: number) => ({
  method: 'POST',
  path: messages,
  times: 1,
  answer: {
    status: 429,
    body: { message: 'slow down', retry_after: seconds, global: false },
    headers: { 'retry-after': String(seconds) },
  },
})

async function start(t: TestContext, token = 'the-token') {
  const discord = await startDiscordStandIn({
    token: 'the-token',
    applicationId: '100000000000000001',
    guildId,
    channels: [{ id: channelId, name: 'alerts' }],
    roles: [{ id: roleId, name: 'verified' }],
  })
  cleanUpAfter(t, () => discord.stop())
  discord.addUser({ id: alice, username: 'alice' })
  const rest = createDiscordRest({ token, apiUrl: discord.url, log, timeoutMs: 1000 })
  return { discord, rest }
}

describe('a direct message', () => {
  it('arrives once, however often it is said with the same id', async (t) => {
    const { discord, rest } = await start(t)
    const id = '0199f1c2-7a51-7c3e-9d0e-3f8f5b1b2c3d'
    const first = await rest.sendDirectMessage(alice, { content: 'Done: @everyone' }, id)
    const again = await rest.sendDirectMessage(alice, { content: 'Done: @everyone' }, id)
    expect(first).toMatchObject({ outcome: 'sent', messageId: expect.any(String) as string })
    expect(again).toEqual(first)
    expect(discord.dmsOf(alice)).toMatchObject([{ content: 'Done: @everyone', mention_everyone: false }])
    await rest.sendDirectMessage(alice, { content: 'Another' }, 'another')
    expect(discord.dmsOf(alice)).toHaveLength(2)
    expect(discord.violations).toEqual([])
  })

  it('arrives once even when the answer to it is a 502 after the deed', async (t) => {
    const { discord, rest } = await start(t)
    discord.script({
      method: 'POST',
      path: messages,
      times: 1,
      answer: { status: 502, afterAccepting: true },
    })
    const result = await rest.sendDirectMessage(alice, { content: 'Done' }, 'n1')
    expect(result).toMatchObject({ outcome: 'sent' })
    expect(discord.dmsOf(alice)).toHaveLength(1)
  })

  it('to somebody who takes none is refused with Discord’s own code', async (t) => {
    const { discord, rest } = await start(t)
    discord.closeDms(alice)
    const closed = await rest.sendDirectMessage(alice, { content: 'Done' }, 'n1')
    expect(closed).toMatchObject({ outcome: 'refused', code: 50_007 })
    const nobody = await rest.sendDirectMessage('300000000000000009', { content: 'Done' }, 'n2')
    expect(nobody).toMatchObject({ outcome: 'refused', code: 10_013 })
  })
})

describe('a message in a channel', () => {
  it('is sent and edited', async (t) => {
    const { discord, rest } = await start(t)
    const result = await rest.sendChannelMessage(channelId, { content: 'LDAP is away' }, 'incident-1')
    if (result.outcome !== 'sent') throw new Error(result.message)
    const edit = await rest.editChannelMessage(channelId, result.messageId, { content: 'LDAP is back' })
    expect(edit).toEqual(result)
    expect(discord.messagesIn(channelId)).toMatchObject([{ id: result.messageId, content: 'LDAP is back' }])
    expect(discord.violations).toEqual([])
  })

  it('that Discord does not take is refused', async (t) => {
    const { rest } = await start(t)
    const long = await rest.sendChannelMessage(channelId, { content: 'x'.repeat(2001) }, 'n1')
    expect(long).toMatchObject({ outcome: 'refused', code: 50_035 })
    const gone = await rest.editChannelMessage(channelId, '200000000000000009', { content: 'x' })
    expect(gone).toMatchObject({ outcome: 'refused', code: 10_008 })
  })
})

describe('a role', () => {
  it('is given and taken', async (t) => {
    const { discord, rest } = await start(t)
    expect(await rest.addRole(guildId, alice, roleId)).toEqual({ outcome: 'done' })
    expect(discord.rolesOf(alice)).toContain(roleId)
    expect(await rest.removeRole(guildId, alice, roleId)).toEqual({ outcome: 'done' })
    expect(discord.rolesOf(alice)).not.toContain(roleId)
    const gone = await rest.addRole(guildId, '300000000000000009', roleId)
    expect(gone).toMatchObject({ outcome: 'refused' })
  })
})

describe('a server', () => {
  it('is read: its roles, somebody in it, somebody who is not, and the bot itself', async (t) => {
    const { discord, rest } = await start(t)
    discord.setRoles(alice, [roleId])
    const roles = await rest.readRoles(guildId)
    if (roles.outcome !== 'done') throw new Error(roles.message)
    expect(roles.roles).toContainEqual({
      id: roleId,
      name: 'verified',
      permissions: '0',
      position: 1,
      managed: false,
      mentionable: false,
    })
    const member = { id: alice, roleIds: [roleId], isBot: false }
    expect(await rest.readMember(guildId, alice)).toEqual({ outcome: 'done', member })
    discord.leaveGuild(alice)
    const nobody = { outcome: 'done', member: null }
    expect(await rest.readMember(guildId, alice)).toEqual(nobody)
    expect(await rest.readMember(guildId, '300000000000000009')).toEqual(nobody)
    const own = { id: '100000000000000001', roleIds: [discord.botRoleId], isBot: true }
    expect(await rest.readOwnMember(guildId)).toEqual({ outcome: 'done', member: own })
    expect(await rest.readRoles('200000000000000009')).toMatchObject({ outcome: 'refused', code: 10_004 })
  })

  it('lists its members, the lowest id first, unless the intent is switched off', async (t) => {
    const { discord, rest } = await start(t)
    const bot = { id: '100000000000000001', roleIds: [discord.botRoleId], isBot: true }
    const member = { id: alice, roleIds: [], isBot: false }
    expect(await rest.listMembers(guildId, '0')).toMatchObject({ outcome: 'refused', code: 50_001 })
    discord.switchMembersIntent(true)
    expect(await rest.listMembers(guildId, '0')).toEqual({ outcome: 'done', members: [bot, member] })
    expect(await rest.listMembers(guildId, bot.id)).toEqual({ outcome: 'done', members: [member] })
    expect(await rest.listMembers(guildId, alice)).toEqual({ outcome: 'done', members: [] })
    expect(discord.violations).toEqual([])
  })
})

describe('Discord in trouble', () => {
  it('is waited for a moment, and handed back with the time when it takes longer', async (t) => {
    const { discord, rest } = await start(t)
    discord.script(limited(0.2))
    expect(await rest.sendChannelMessage(channelId, { content: 'a' }, 'n1')).toMatchObject({
      outcome: 'sent',
    })
    discord.script(limited(40))
    const later = await rest.sendChannelMessage(channelId, { content: 'b' }, 'n2')
    expect(later).toMatchObject({ outcome: 'later', retryAfterS: expect.closeTo(40, -1) as number })
  })

  it('is for later when it answers 5xx, too late, or not at all', async (t) => {
    const { discord, rest } = await start(t)
    const send = (nonce: string) => rest.sendChannelMessage(channelId, { content: 'a' }, nonce)
    discord.script({ method: 'POST', path: messages, times: 2, answer: { status: 503 } })
    expect(await send('n1')).toMatchObject({ outcome: 'later', retryAfterS: 5 })
    discord.script({ method: 'POST', path: messages, times: 2, answer: { status: 503, delayMs: 1500 } })
    expect(await send('n2')).toMatchObject({ outcome: 'later' })
    await discord.goAway()
    expect(await send('n3')).toMatchObject({ outcome: 'later' })
    await discord.comeBack()
    expect(await send('n3')).toMatchObject({ outcome: 'sent' })
  })

  it('that minds how fast direct messages are opened refuses nobody', async (t) => {
    const { discord, rest } = await start(t)
    discord.script({
      method: 'POST',
      path: /^\/users\/@me\/channels$/,
      times: 1,
      answer: { status: 400, body: { code: 40_003, message: 'You are opening direct messages too fast.' } },
    })
    const send = () => rest.sendDirectMessage(alice, { content: 'a' }, 'n1')
    expect(await send()).toMatchObject({ outcome: 'later', limited: 'messages' })
    expect(await send()).toMatchObject({ outcome: 'sent' })
  })

  it.for([
    [40_004, 'Send messages has been temporarily disabled'],
    [40_006, 'This feature has been temporarily disabled server-side'],
    [130_000, 'API resource is currently overloaded. Try again a little later'],
  ] as const)(
    'that has something switched off for a while refuses nothing (%i)',
    async ([code, message], t) => {
      const { discord, rest } = await start(t)
      discord.script({
        method: 'POST',
        path: messages,
        times: 1,
        answer: { status: 403, body: { code, message } },
      })
      const send = () => rest.sendChannelMessage(channelId, { content: 'a' }, 'n1')
      expect(await send()).toEqual({ outcome: 'later', retryAfterS: 5, message })
      expect(await send()).toMatchObject({ outcome: 'sent' })
    },
  )

  it('that refuses the token ends every call, the second without asking', async (t) => {
    const { discord, rest } = await start(t, 'an-old-token')
    await expect(rest.sendDirectMessage(alice, { content: 'a' }, 'n1')).rejects.toThrow(DiscordTokenError)
    await discord.goAway()
    await expect(rest.addRole(guildId, alice, roleId)).rejects.toThrow(DiscordTokenError)
  })
})
