import type { Guild } from 'discord.js'
import {
  type ChannelPermission,
  lackingOf,
  takesPermission,
} from '../../../domain/rules/channel-permissions.ts'

/** What the bot lacks to post notices in a channel, and to mention there whom a rule names; nothing where it can't be known. */
export function lackingIn(
  guild: Guild | null,
  channelId: string,
  mention: string | null,
): ChannelPermission[] {
  const me = guild?.members.me
  const channel = guild?.channels.cache.get(channelId)
  if (!guild || !me || channel === undefined) return []
  const isThread = channel.isThread()
  return lackingOf(channel.permissionsFor(me).bitfield, {
    isThread,
    isLocked: isThread && channel.locked === true,
    mentions: mention !== null && takesPermission(mention, guild.roles.cache.values()),
  })
}
