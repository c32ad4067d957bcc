import { guildCreatePayload, guildPayload, memberPayload, userPayload } from './guild-payloads.ts'
import { intents } from './intents.ts'
import { addRole, requireRoles, type RoleOptions } from './roles.ts'
import { assertSnowflake } from './snowflake.ts'
import { noteChange, type Channel, type DiscordState, type DiscordUser } from './state.ts'

export interface UserOptions {
  id: string
  username: string
  globalName?: string
  locale?: string
  roles?: string[]
}

/** View channels, send messages, embed links, attach files, read history, use commands, send messages in threads. */
const everyonePermissions =
  (1n << 10n) | (1n << 11n) | (1n << 14n) | (1n << 15n) | (1n << 16n) | (1n << 31n) | (1n << 38n)
const manageRoles = 1n << 28n

/** The roles that every server has, those that the caller wants, and the bot as a member. */
export function furnishGuild(state: DiscordState, channels: Channel[], roles: RoleOptions[]): void {
  addRole(state, { id: state.guildId, name: '@everyone', permissions: String(everyonePermissions) }, 0)
  for (const [index, role] of roles.entries()) addRole(state, role, role.aboveBot ? 1000 + index : 1 + index)
  addRole(
    state,
    {
      id: state.botRoleId,
      name: state.botUser.username,
      permissions: String(everyonePermissions | manageRoles),
      managed: true,
    },
    500,
  )
  for (const channel of channels) {
    assertSnowflake('the id of a channel', channel.id)
    state.channels.set(channel.id, channel)
  }
  joinAsBot(state)
}

function joinAsBot(state: DiscordState): void {
  state.members.set(state.applicationId, {
    roles: new Set([state.botRoleId]),
    joinedAt: new Date(state.now()).toISOString(),
  })
}

/** An admin takes the bot out of the server, and with it the commands that it has there. */
export function removeBot(state: DiscordState): void {
  state.members.delete(state.applicationId)
  state.commands = []
  state.publish('GUILD_DELETE', { id: state.guildId }, intents.guilds)
  noteChange(state)
}

/** An admin invites the bot again: it comes without commands. */
export function inviteBot(state: DiscordState): void {
  joinAsBot(state)
  state.publish('GUILD_CREATE', guildCreatePayload(state), intents.guilds)
  noteChange(state)
}

/** Somebody joins the server (again): roles are those given here, as after a rejoin. */
export function joinGuild(state: DiscordState, options: UserOptions): DiscordUser {
  assertSnowflake('the id of a user', options.id)
  requireRoles(state, options.roles ?? [])
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

/** Somebody chooses another language in the settings of their own Discord, which tells the bot with what they do next. */
export function speak(state: DiscordState, userId: string, locale: string): DiscordUser {
  const user = state.users.get(userId)
  if (!user) throw new Error(`There is nobody with the id ${userId}`)
  const speaking = { ...user, locale }
  state.users.set(userId, speaking)
  return speaking
}

/** An admin chooses another language in the settings of the server. */
export function switchLanguage(state: DiscordState, locale: string): void {
  state.preferredLocale = locale
  state.publish('GUILD_UPDATE', guildPayload(state), intents.guilds)
  noteChange(state)
}

/** Somebody leaves the server, and with it their roles. @throws when they are not in it. */
export function leaveGuild(state: DiscordState, userId: string): void {
  if (!state.members.delete(userId)) throw new Error(`${userId} is not in the server`)
  state.publish(
    'GUILD_MEMBER_REMOVE',
    { guild_id: state.guildId, user: userPayload(state, userId) },
    intents.guildMembers,
  )
  noteChange(state)
}
