import { PermissionFlagsBits } from 'discord-api-types/v10'
import { describe, expect, it } from 'vitest'
import type { GuildRole } from '../../domain/contracts/guild.ts'
import { judgeRole } from '../../domain/rules/judge-role.ts'
import { privilegedPermissionsIn } from '../../domain/rules/privileged-permissions.ts'
import { areTooManyAtOnce } from '../../domain/rules/too-many-at-once.ts'

const guildId = '300000000000000001'
const manageRoles = String(PermissionFlagsBits.ManageRoles)

const role = (id: string, more: Partial<GuildRole> = {}): GuildRole => ({
  id,
  name: id,
  permissions: '0',
  position: 1,
  managed: false,
  mentionable: false,
  ...more,
})
const everyone = role(guildId, { position: 0 })
const own = role('20', { position: 5, permissions: manageRoles, managed: true })

const judge = (judged: GuildRole, { bot = own, all = everyone }: { bot?: GuildRole; all?: GuildRole } = {}) =>
  judgeRole({ guildId, roleId: judged.id, roles: [all, judged, bot], ownRoleIds: [bot.id] })

describe('the role of linked members', () => {
  it('may be any that lets people see, speak and take part, below the bot’s own', () => {
    const { PrioritySpeaker, SendMessages, CreateInstantInvite, SendPolls } = PermissionFlagsBits
    const permissions = String(PrioritySpeaker | SendMessages | CreateInstantInvite | SendPolls)
    expect(judge(role('10', { permissions, position: 4 }))).toBeNull()
  })

  it('is not @everyone, not an integration’s, and there', () => {
    expect(judge(everyone)).toEqual({ kind: 'everyone' })
    expect(judge(role('10', { managed: true }))).toEqual({ kind: 'managed', role: '10' })
    expect(judgeRole({ guildId, roleId: '10', roles: [everyone, own], ownRoleIds: ['20'] })).toEqual({
      kind: 'missing',
    })
  })

  it('is refused for what it may before anything is said about the bot', () => {
    const mighty = role('10', { position: 9, permissions: String(PermissionFlagsBits.BanMembers) })
    expect(judge(mighty)).toEqual({ kind: 'privileged', role: '10', permissions: ['Ban Members'] })
  })

  it('needs a bot that manages roles, by one of its own, by @everyone, or as an administrator', () => {
    const weak = role('20', { position: 5 })
    expect(judge(role('10'), { bot: weak })).toEqual({ kind: 'no-permission', role: '10' })
    expect(judge(role('10'), { bot: weak, all: { ...everyone, permissions: manageRoles } })).toBeNull()
    const administrator = role('20', { position: 5, permissions: String(PermissionFlagsBits.Administrator) })
    expect(judge(role('10'), { bot: administrator })).toBeNull()
  })

  it('stands below the bot’s highest: of two at one position the older one is higher', () => {
    expect(judge(role('10', { position: 6 }))).toEqual({ kind: 'too-high', role: '10', ownRole: '20' })
    expect(judge(role('9', { position: 5 }))).toMatchObject({ kind: 'too-high' })
    expect(judge(role('100', { position: 5 }))).toBeNull()
  })
})

const isPrivileged = (name: string) =>
  /^(Manage|Kick|Ban|Mute|Deafen|Move|Moderate|Administrator|MentionEveryone)/.test(name) ||
  /^View(AuditLog|GuildInsights|CreatorMonetizationAnalytics)$/.test(name)

it('privileged are Discord’s permissions to moderate, to manage, to look behind, and to call everybody', () => {
  for (const [name, bit] of Object.entries(PermissionFlagsBits))
    expect([name, privilegedPermissionsIn(String(bit)).length]).toEqual([name, isPrivileged(name) ? 1 : 0])
  const all = Object.values(PermissionFlagsBits).reduce((sum, bit) => sum | bit, 0n)
  expect(privilegedPermissionsIn(String(all))).toHaveLength(20)
})

it.for([
  [1, 1],
  [2, 2],
  [3, 2],
  [5, 4],
  [6, 5],
  [20, 5],
  [30, 6],
  [1000, 200],
] as const)('of %i holders %i may lose the role at once, and not one more', ([holders, most]) => {
  expect(areTooManyAtOnce(most, holders)).toBe(false)
  expect(most < holders && areTooManyAtOnce(most + 1, holders)).toBe(most < holders)
})
