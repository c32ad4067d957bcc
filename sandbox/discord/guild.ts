import { apiErrors } from './api-error.ts'
import { memberPayload, requireMember, userPayload } from './guild-payloads.ts'
import { assertSnowflake } from './snowflake.ts'
import { noteChange, type Channel, type DiscordState, type DiscordUser } from './state.ts'

export interface RoleOptions {
  id: string
  name: string
  /** Bit set of permissions in decimal digits. */
  permissions?: string
  /** A role above the bot's own, which the bot may therefore not give. */
  aboveBot?: boolean
}

export interface UserOptions {
  id: string
  username: string
  globalName?: string
  locale?: string
  roles?: string[]
}

/** Gateway intents that decide who hears of an event. */
export const intents = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildMessages: 1 << 9,
  directMessages: 1 << 12,
}

/** View channels, send messages, embed links, attach files, read history, use commands. */
const everyonePermissions = (1n << 10n) | (1n << 11n) | (1n << 14n) | (1n << 15n) | (1n << 16n) | (1n << 31n)
const manageRoles = 1n << 28n

/** The roles that every server has, those that the caller wants, and the bot as a member. */
export function furnishGuild(state: DiscordState, channels: Channel[], roles: RoleOptions[]): void {
  addRole(state, { id: state.guildId, name: '@everyone', permissions: String(everyonePermissions) }, 0, false)
  for (const [index, role] of roles.entries())
    addRole(state, role, role.aboveBot ? 1000 + index : 1 + index, false)
  addRole(
    state,
    {
      id: state.botRoleId,
      name: state.botUser.username,
      permissions: String(everyonePermissions | manageRoles),
    },
    500,
    true,
  )
  for (const channel of channels) {
    assertSnowflake('the id of a channel', channel.id)
    state.channels.set(channel.id, channel)
  }
  state.members.set(state.applicationId, {
    roles: new Set([state.botRoleId]),
    joinedAt: new Date(state.now()).toISOString(),
  })
}

function addRole(state: DiscordState, role: RoleOptions, position: number, managed: boolean): void {
  assertSnowflake('the id of a role', role.id)
  state.roles.set(role.id, {
    id: role.id,
    name: role.name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    position,
    permissions: role.permissions ?? '0',
    managed,
    mentionable: false,
    flags: 0,
  })
}

/** Somebody joins the server (again): roles are those given here, as after a rejoin. */
export function joinGuild(state: DiscordState, options: UserOptions): DiscordUser {
  assertSnowflake('the id of a user', options.id)
  for (const role of options.roles ?? [])
    if (!state.roles.has(role)) throw new Error(`there is no role ${role}: name it in the option "roles"`)
  const user: DiscordUser = {
    id: options.id,
    username: options.username,
    globalName: options.globalName ?? null,
    locale: options.locale ?? 'en-US',
  }
  state.users.set(user.id, user)
  state.members.set(user.id, {
    roles: new Set(options.roles),
    joinedAt: new Date(state.now()).toISOString(),
  })
  const member = { ...memberPayload(state, user.id), guild_id: state.guildId }
  state.publish('GUILD_MEMBER_ADD', member, intents.guildMembers)
  noteChange(state)
  return user
}

export function leaveGuild(state: DiscordState, userId: string): void {
  if (!state.members.delete(userId)) throw new Error(`${userId} is not in the server`)
  state.publish(
    'GUILD_MEMBER_REMOVE',
    { guild_id: state.guildId, user: userPayload(state, userId) },
    intents.guildMembers,
  )
  noteChange(state)
}

/** Gives or takes a role on the bot's behalf, with Discord's rule that the bot's own role must be higher. */
export function changeRole(state: DiscordState, userId: string, roleId: string, given: boolean): void {
  const member = requireMember(state, userId)
  const role = state.roles.get(roleId)
  if (!role) throw apiErrors.unknownRole()
  const highest = state.roles.get(state.botRoleId)?.position ?? 0
  if (role.managed || role.id === state.guildId || role.position >= highest)
    throw apiErrors.missingPermissions()
  if (given) member.roles.add(roleId)
  else member.roles.delete(roleId)
  const update = { ...memberPayload(state, userId), guild_id: state.guildId }
  state.publish('GUILD_MEMBER_UPDATE', update, intents.guildMembers)
  noteChange(state)
}
