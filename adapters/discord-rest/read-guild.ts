import { DiscordAPIError, type REST } from '@discordjs/rest'
import {
  type APIGuildMember,
  type APIRole,
  RESTJSONErrorCodes,
  Routes,
  type Snowflake,
} from 'discord-api-types/v10'
import type { GuildMember, GuildRole } from '../../domain/contracts/guild.ts'
import type { DiscordFailure, Done } from './discord-result.ts'

/** `member` is null for somebody who is not in the server. */
type ReadMember = Done<{ member: GuildMember | null }>

/** What a process without a gateway asks Discord about a server. */
export type GuildReading = {
  readRoles(guildId: string): Promise<Done<{ roles: GuildRole[] }>>
  readMember(guildId: string, userId: string): Promise<ReadMember>
  /** The bot itself, as a member. */
  readOwnMember(guildId: string): Promise<ReadMember>
  /**
   * Up to {@link membersPerPage} members with ids above `after` ('0': the first), the lowest first. Discord refuses it
   * (50001) as long as the application's Server Members Intent is off.
   */
  listMembers(guildId: string, after: string): Promise<Done<{ members: GuildMember[] }>>
}

export const membersPerPage = 1000

type Attempt = <Answer>(what: string, ask: () => Promise<Answer>) => Promise<Answer | DiscordFailure>

export function readingGuilds(rest: REST, attempt: Attempt): GuildReading {
  const memberOf = async (guildId: string, userId: Snowflake): Promise<ReadMember> => ({
    outcome: 'done',
    member: await rest.get(Routes.guildMember(guildId, userId)).then(asMember, absent),
  })
  return {
    readRoles: (guildId) =>
      attempt('reading the roles', async () => {
        const roles = (await rest.get(Routes.guildRoles(guildId))) as APIRole[]
        return { outcome: 'done', roles: roles.map(asRole) }
      }),

    readMember: (guildId, userId) => attempt('reading a member', () => memberOf(guildId, userId)),

    readOwnMember: (guildId) =>
      attempt('reading the bot’s own roles', async () => {
        const { id } = (await rest.get(Routes.user())) as { id: string }
        return memberOf(guildId, id)
      }),

    listMembers: (guildId, after) =>
      attempt('listing the members', async () => {
        const query = new URLSearchParams({ limit: String(membersPerPage), after })
        const members = (await rest.get(Routes.guildMembers(guildId), { query })) as unknown[]
        return { outcome: 'done', members: members.map(asMember) }
      }),
  }
}

function asRole({ id, name, permissions, position, managed, mentionable }: APIRole): GuildRole {
  return { id, name, permissions, position, managed, mentionable }
}

function asMember(answer: unknown): GuildMember {
  const { user, roles } = answer as APIGuildMember
  return { id: user.id, roleIds: roles, isBot: user.bot === true }
}

function absent(error: unknown): null {
  const { UnknownMember, UnknownUser } = RESTJSONErrorCodes
  if (error instanceof DiscordAPIError && (error.code === UnknownMember || error.code === UnknownUser))
    return null
  throw error
}
