import {
  type APIApplication,
  type APIGuildChannel,
  type APIThreadChannel,
  ChannelType,
  type RESTGetAPIApplicationGuildCommandsResult,
  type RESTGetAPIGuildResult,
  Routes,
} from 'discord-api-types/v10'
import type { Overwrite } from '../../domain/contracts/guild.ts'
import { type DiscordRestOptions, openRest } from './create-discord-rest.ts'
import type { Done } from './discord-result.ts'
import { type GuildReading, readingGuilds } from './read-guild.ts'

type DiscordChannel = {
  name: string
  guildId: string | null
  /** Null: nothing can be posted in it, as in a category or a forum. */
  kind: 'channel' | 'thread' | null
  /** Of a thread: only who manages threads may post there. */
  isLocked: boolean
  /** Of a thread: those of its channel. */
  overwrites: Overwrite[]
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

/** Apart from threads. */
const withMessages: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
])

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
        const channel = (await rest.get(Routes.channel(channelId))) as APIGuildChannel | APIThreadChannel
        const thread = 'thread_metadata' in channel ? channel : null
        const inChannel = thread?.parent_id
          ? ((await rest.get(Routes.channel(thread.parent_id))) as APIGuildChannel)
          : channel
        return {
          outcome: 'done',
          channel: {
            name: channel.name ?? channelId,
            guildId: channel.guild_id ?? null,
            kind: thread ? 'thread' : withMessages.has(channel.type) ? 'channel' : null,
            isLocked: thread?.thread_metadata?.locked === true,
            overwrites: 'permission_overwrites' in inChannel ? (inChannel.permission_overwrites ?? []) : [],
          },
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
