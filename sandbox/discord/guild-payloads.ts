import { apiErrors } from './api-error.ts'
import type { Channel, DiscordState, Member, Thread } from './state.ts'

const administrator = 1n << 3n
const allPermissions = (1n << 53n) - 1n

export function requireMember(state: DiscordState, userId: string): Member {
  const member = state.members.get(userId)
  if (!member) throw state.users.has(userId) ? apiErrors.unknownMember() : apiErrors.unknownUser()
  return member
}

/** A person as the API shows them. */
interface UserPayload {
  id: string
  username: string
  [other: string]: unknown
}

/** @throws ApiError 10013 */
export function userPayload(state: DiscordState, userId: string): UserPayload {
  if (userId === state.applicationId)
    return { ...state.botUser, flags: 0, public_flags: 0, primary_guild: null }
  const user = state.users.get(userId)
  if (!user) throw apiErrors.unknownUser()
  return {
    id: user.id,
    username: user.username,
    discriminator: '0',
    global_name: user.globalName,
    avatar: null,
    bot: false,
    flags: 0,
    public_flags: 0,
    primary_guild: null,
  }
}

export function memberPayload(state: DiscordState, userId: string): Record<string, unknown> {
  const { roles, joinedAt } = requireMember(state, userId)
  return {
    user: userPayload(state, userId),
    nick: null,
    avatar: null,
    banner: null,
    roles: [...roles],
    joined_at: joinedAt,
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  }
}

/** What a member may do, all roles together, as decimal digits. */
export function permissionsOf(state: DiscordState, userId: string): string {
  if (userId === state.ownerId) return String(allPermissions)
  let bits = BigInt(state.roles.get(state.guildId)?.permissions ?? 0)
  for (const id of requireMember(state, userId).roles) bits |= BigInt(state.roles.get(id)?.permissions ?? 0)
  return String(bits & administrator ? allPermissions : bits)
}

export function channelPayload(state: DiscordState, channel: Channel): Record<string, unknown> {
  if (channel.recipientId !== undefined) {
    const recipients = [userPayload(state, channel.recipientId)]
    return { id: channel.id, type: 1, flags: 0, last_message_id: null, recipients }
  }
  const { thread } = channel
  if (thread) return threadPayload(state, channel, thread)
  return {
    id: channel.id,
    type: 0,
    guild_id: state.guildId,
    name: channel.name,
    position: 0,
    flags: 0,
    parent_id: null,
    topic: null,
    nsfw: false,
    rate_limit_per_user: 0,
    last_message_id: null,
    permission_overwrites: (channel.overwrites ?? []).map(({ id, allow = '0', deny = '0' }) => ({
      id,
      type: state.roles.has(id) ? 0 : 1,
      allow,
      deny,
    })),
  }
}

/** A public one, started by the owner of the server. */
function threadPayload(
  state: DiscordState,
  { id, name }: Channel,
  { parentId, archived, locked, changedAt }: Thread,
): Record<string, unknown> {
  return {
    id,
    type: 11,
    guild_id: state.guildId,
    parent_id: parentId,
    owner_id: state.ownerId,
    name,
    flags: 0,
    rate_limit_per_user: 0,
    last_message_id: null,
    message_count: 0,
    member_count: 1,
    total_message_sent: 0,
    thread_metadata: { archived, locked, archive_timestamp: changedAt, auto_archive_duration: 1440 },
  }
}

export function guildPayload(state: DiscordState): Record<string, unknown> {
  return {
    id: state.guildId,
    name: 'guildpost sandbox',
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    owner_id: state.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    premium_tier: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: state.preferredLocale,
    vanity_url_code: null,
    features: [],
    emojis: [],
    stickers: [],
    roles: [...state.roles.values()],
  }
}

/** The whole server, as GUILD_CREATE carries it. Without the intent for presences, the bot is the only member in it. */
export function guildCreatePayload(state: DiscordState): Record<string, unknown> {
  return {
    ...guildPayload(state),
    joined_at: state.members.get(state.applicationId)?.joinedAt,
    large: false,
    unavailable: false,
    member_count: state.members.size,
    members: [memberPayload(state, state.applicationId)],
    channels: [...state.channels.values()]
      .filter(({ recipientId, thread }) => recipientId === undefined && thread === undefined)
      .map((channel) => channelPayload(state, channel)),
    // Those that are archived are not told of.
    threads: [...state.channels.values()]
      .filter(({ thread }) => thread?.archived === false)
      .map((channel) => channelPayload(state, channel)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}
