import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createApiServer } from './api-server.ts'
import type { Overwrite } from './channel-access.ts'
import { createGateway } from './gateway.ts'
import { requireMember } from './guild-payloads.ts'
import {
  furnishGuild,
  inviteBot,
  joinGuild,
  leaveGuild,
  removeBot,
  speak,
  switchLanguage,
  type UserOptions,
} from './guild.ts'
import { publicMessages } from './messages.ts'
import { deleteRole, editRole, type RoleEdit, type RoleOptions, setRoles } from './roles.ts'
import { commandRoutes } from './route-commands.ts'
import { gatewayRoute } from './route-gateway.ts'
import { guildRoutes } from './route-guild.ts'
import { memberRoutes } from './route-members.ts'
import { webhookRoutes } from './route-webhooks.ts'
import { callbackRoute } from './route-callback.ts'
import { messageRoutes } from './route-messages.ts'
import type { Trouble } from './scripted-trouble.ts'
import { assertSnowflake } from './snowflake.ts'
import { createState, noteChange, type DiscordUser, type Violation } from './state.ts'
import { addThread, editThread, type ThreadEdit, type ThreadOptions } from './threads.ts'
import { createUserActions, type UserActions } from './user-actions.ts'
import { waitUntil } from './wait.ts'
import type { DiscordMessage, RegisteredCommand, Role } from './wire.ts'

export type { UserOptions } from './guild.ts'
export type { InteractionHandle } from './interaction-handle.ts'
export type { RoleEdit, RoleOptions } from './roles.ts'
export type { ThreadEdit, ThreadOptions } from './threads.ts'
export type { Trouble } from './scripted-trouble.ts'
export type { OptionValue, OptionValues } from './slash-options.ts'
export type { DiscordUser, Violation } from './state.ts'
export type { UserActions } from './user-actions.ts'
export type { Component, DiscordMessage, Embed, Modal, RegisteredCommand } from './wire.ts'

export interface DiscordStandInOptions {
  /** 0, the default: any free one. */
  port?: number
  /** The bot's token, the only one that is let in. */
  token: string
  applicationId: string
  guildId: string
  /** The clock for interactions, nonces and ids, in milliseconds since 1970. Rate limits go by real time. */
  now?: () => number
  channels?: { id: string; name: string; overwrites?: Overwrite[] }[]
  /** Public threads in these channels. */
  threads?: ThreadOptions[]
  roles?: RoleOptions[]
  /** The switch “Server Members Intent” in the developer portal: off, as for every new application. */
  membersIntent?: boolean
  /** The language of the server (en-US). */
  preferredLocale?: string
  /** How often the bot is told to send a heartbeat (41,250). */
  heartbeatIntervalMs?: number
}

export interface DiscordStandIn extends UserActions {
  /** The value for DISCORD_API_URL. */
  readonly url: string
  readonly port: number
  /** Everything malformed that the bot sent; a test asserts that it is empty. */
  readonly violations: Violation[]
  /** The commands registered now. */
  readonly commands: RegisteredCommand[]
  /** How often commands were written. */
  readonly commandWrites: number
  /** Sessions of bots with an open socket. */
  readonly connectedBots: number
  /** How many requests of the bot were refused with 429 for coming too early. */
  readonly rateLimited: number
  /** The channels of the server. */
  readonly channels: { id: string; name: string }[]
  /** Everybody in the server but the bot. */
  readonly members: DiscordUser[]
  /** Every role of the server. */
  readonly roles: Role[]
  /** The role that came with the bot. */
  readonly botRoleId: string
  /** Somebody new joins the server. */
  addUser(options: UserOptions): DiscordUser
  /** Somebody chooses another language in the settings of their Discord. */
  speak(userId: string, locale: string): DiscordUser
  leaveGuild(userId: string): void
  /** Somebody who left is back, without the roles of before. */
  joinGuild(user: DiscordUser): void
  /** The bot is taken out of the server, with its commands, and invited again, without them. */
  removeBot(): void
  inviteBot(): void
  /** What everybody can read in a channel, oldest first. */
  messagesIn(channelId: string): DiscordMessage[]
  /** What the bot has told somebody directly, oldest first. */
  dmsOf(userId: string): DiscordMessage[]
  /** Ids of the roles that somebody in the server has. */
  rolesOf(userId: string): string[]
  /** What an admin of the server does by hand. */
  setRoles(userId: string, roleIds: readonly string[]): void
  editRole(roleId: string, edit: RoleEdit): void
  deleteRole(roleId: string): void
  /** What a moderator does to a thread: archives it, locks it, opens it again. */
  editThread(threadId: string, edit: ThreadEdit): void
  threadOf(threadId: string): { archived: boolean; locked: boolean }
  /** The language in the settings of the server. */
  switchLanguage(locale: string): void
  /** The switch in the developer portal; it counts from the bot's next identify, and for its requests at once. */
  switchMembersIntent(on: boolean): void
  /** From now on direct messages to this person are refused (50007), or again let through. */
  closeDms(userId: string, closed?: boolean): void
  /** Puts trouble in store for coming requests. Gives what calls it off, and whether all of it was met by then. */
  script(trouble: Trouble): (() => void) & { isUsedUp: () => boolean }
  /** Nonces are forgotten, as they are after a few minutes. */
  forgetNonces(): void
  /** Cuts every gateway socket. The bot may resume its session, unless `resumable` is false. */
  dropGateway(options?: { resumable?: boolean }): void
  /** The gateway falls silent with its sockets open, as a half-dead connection does; false ends that. */
  freezeGateway(frozen: boolean): void
  /** Discord is down: sockets are cut and connections refused, until comeBack(). */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  /** Resolves when a bot is connected and has registered these commands (none: any bot). */
  waitForBot(options?: { commands?: string[]; deadlineMs?: number }): Promise<void>
  stop(): Promise<void>
}

/**
 * A Discord of one server on 127.0.0.1: REST and gateway for the bot, and for tests and the prompt what people do.
 * It refuses what Discord refuses, with Discord's own codes.
 */
export async function startDiscordStandIn(options: DiscordStandInOptions): Promise<DiscordStandIn> {
  const { token, applicationId, guildId, now = Date.now, membersIntent = false } = options
  const { preferredLocale = 'en-US' } = options
  const { roles = [], heartbeatIntervalMs = 41_250 } = options
  assertSnowflake('applicationId', applicationId)
  assertSnowflake('guildId', guildId)
  const state = createState({ token, applicationId, guildId, now, membersIntent, preferredLocale })
  furnishGuild(state, options.channels ?? [{ id: state.nextId(), name: 'general' }], roles)
  for (const thread of options.threads ?? []) addThread(state, thread)

  const troubles: Trouble[] = []
  const routes = [...messageRoutes, ...guildRoutes, ...memberRoutes, ...commandRoutes, ...webhookRoutes]
  routes.push(callbackRoute)
  routes.push(gatewayRoute(() => gateway.identifiesLeft()))
  const server = createApiServer(state, routes, troubles)
  const gateway = createGateway(state, server, heartbeatIntervalMs)
  state.publish = (event, data, intent) => gateway.publish(event, data, intent)

  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const close = async () => {
    gateway.drop(true)
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }

  const port = await listen(options.port ?? 0)
  state.baseUrl = `http://127.0.0.1:${port}/api`

  return {
    ...createUserActions(state, gateway),
    url: state.baseUrl,
    port,
    violations: state.violations,
    get commands() {
      return structuredClone(state.commands)
    },
    get commandWrites() {
      return state.commandWrites
    },
    get connectedBots() {
      return gateway.connected()
    },
    get rateLimited() {
      return state.rateLimited
    },
    get channels() {
      return [...state.channels.values()]
        .filter(({ recipientId }) => recipientId === undefined)
        .map(({ id, name }) => ({ id, name: name ?? '' }))
    },
    get members() {
      return [...state.users.values()].filter(({ id }) => state.members.has(id))
    },
    get roles() {
      return structuredClone([...state.roles.values()])
    },
    botRoleId: state.botRoleId,
    addUser: (user) => joinGuild(state, user),
    speak: (userId, locale) => speak(state, userId, locale),
    leaveGuild: (userId) => leaveGuild(state, userId),
    joinGuild: ({ id, username, globalName, locale }) =>
      void joinGuild(state, { id, username, locale, ...(globalName === null ? {} : { globalName }) }),
    removeBot: () => removeBot(state),
    inviteBot: () => inviteBot(state),
    messagesIn: (channelId) => publicMessages(state, channelId),
    dmsOf(userId) {
      const dm = [...state.channels.values()].find(({ recipientId }) => recipientId === userId)
      return dm ? publicMessages(state, dm.id) : []
    },
    rolesOf: (userId) => [...requireMember(state, userId).roles],
    setRoles: (userId, roleIds) => setRoles(state, userId, roleIds),
    editRole: (roleId, edit) => editRole(state, roleId, edit),
    deleteRole: (roleId) => deleteRole(state, roleId),
    editThread: (threadId, edit) => editThread(state, threadId, edit),
    threadOf(threadId) {
      const { archived = false, locked = false } = state.channels.get(threadId)?.thread ?? {}
      return { archived, locked }
    },
    switchLanguage: (locale) => switchLanguage(state, locale),
    switchMembersIntent(on) {
      state.membersIntent = on
    },
    closeDms(userId, closed = true) {
      if (closed) state.closedDms.add(userId)
      else state.closedDms.delete(userId)
    },
    script(trouble) {
      const scripted = { ...trouble }
      troubles.push(scripted)
      const isUsedUp = () => !troubles.includes(scripted)
      const callOff = () => void (isUsedUp() || troubles.splice(troubles.indexOf(scripted), 1))
      return Object.assign(callOff, { isUsedUp })
    },
    forgetNonces: () => state.nonces.clear(),
    dropGateway: ({ resumable = true } = {}) => gateway.drop(resumable),
    freezeGateway: (frozen) => gateway.freeze(frozen),
    goAway: close,
    async comeBack() {
      if (!server.listening) await listen(port)
      noteChange(state)
    },
    async waitForBot({ commands = [], deadlineMs = 30_000 } = {}) {
      const missing = () =>
        commands.filter((name) => !state.commands.some((command) => command.name === name))
      await waitUntil(
        state,
        () => (gateway.connected() > 0 && missing().length === 0 ? true : undefined),
        deadlineMs,
        () =>
          gateway.connected() === 0
            ? `No bot has connected to Discord within ${deadlineMs} ms`
            : `The bot has not registered ${missing().join(', ')} within ${deadlineMs} ms`,
      )
    },
    stop: close,
  }
}
