import {
  type APIApplication,
  type APIGuildChannel,
  OverwriteType,
  type RESTGetAPIApplicationGuildCommandsResult,
  type RESTGetAPIGuildResult,
  Routes,
} from 'discord-api-types/v10'
import { type DiscordRestOptions, openRest } from './create-discord-rest.ts'
import type { DiscordFailure } from './discord-result.ts'
import { type GuildReading, readingGuilds } from './read-guild.ts'

type Done<Found> = ({ outcome: 'done' } & Found) | DiscordFailure

export type DiscordChannel = {
  name: string
  guildId: string | null
  overwrites: { id: string; isMember: boolean; allow: string; deny: string }[]
}

/** What an operator set up at Discord, as the bot's token sees it. */
export type DiscordReader = GuildReading & {
  readApplication(): Promise<Done<{ id: string; name: string; hasMembersIntent: boolean }>>
  readGuildName(guildId: string): Promise<Done<{ name: string }>>
  readChannel(channelId: string): Promise<Done<{ channel: DiscordChannel }>>
  /** The commands that are registered for the server, as Discord describes them. */
  readCommands(
    applicationId: string,
    guildId: string,
  ): Promise<Done<{ commands: RESTGetAPIApplicationGuildCommandsResult }>>
}

/** ApplicationFlags GatewayGuildMembers and GatewayGuildMembersLimited. */
const membersIntent = (1 << 14) | (1 << 15)

/** Throws what {@link openRest}'s calls throw: DiscordTokenError. */
export function createDiscordReader(options: DiscordRestOptions): DiscordReader {
  const { rest, attempt } = openRest(options)
  return {
    ...readingGuilds(rest, attempt),

    readApplication: () =>
      attempt('reading the application', async () => {
        const { id, name, flags } = (await rest.get(Routes.currentApplication())) as APIApplication
        return { outcome: 'done', id, name, hasMembersIntent: (flags & membersIntent) !== 0 }
      }),

    readGuildName: (guildId) =>
      attempt('reading the server', async () => {
        const { name } = (await rest.get(Routes.guild(guildId))) as RESTGetAPIGuildResult
        return { outcome: 'done', name }
      }),

    readChannel: (channelId) =>
      attempt('reading a channel', async () => {
        const channel = (await rest.get(Routes.channel(channelId))) as APIGuildChannel
        const overwrites = (channel.permission_overwrites ?? []).map(({ id, type, allow, deny }) => ({
          id,
          isMember: type === OverwriteType.Member,
          allow,
          deny,
        }))
        return {
          outcome: 'done',
          channel: { name: channel.name ?? channelId, guildId: channel.guild_id ?? null, overwrites },
        }
      }),

    readCommands: (applicationId, guildId) =>
      attempt('reading the commands', async () => {
        const route = Routes.applicationGuildCommands(applicationId, guildId)
        const query = new URLSearchParams({ with_localizations: 'true' })
        const commands = (await rest.get(route, { query })) as RESTGetAPIApplicationGuildCommandsResult
        return { outcome: 'done', commands }
      }),
  }
}
