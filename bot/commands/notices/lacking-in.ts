import type { Guild, PermissionsString } from 'discord.js'

/** By the names that Discord's settings use. */
const names: Partial<Record<PermissionsString, string>> = {
  ViewChannel: 'View Channel',
  SendMessages: 'Send Messages',
  SendMessagesInThreads: 'Send Messages in Threads',
  EmbedLinks: 'Embed Links',
  ReadMessageHistory: 'Read Message History',
  MentionEveryone: 'Mention @everyone, @here, and All Roles',
}

/** What the bot lacks to post notices in a channel, and to mention there whom a rule names; nothing where it can't be known. */
export function lackingIn(guild: Guild | null, channelId: string, mention: string | null): string[] {
  const me = guild?.members.me
  const channel = guild?.channels.cache.get(channelId)
  if (!guild || !me || channel === undefined) return []
  const isFree = mention === null || guild.roles.cache.get(mention)?.mentionable === true
  const needed: PermissionsString[] = [
    'ViewChannel',
    channel.isThread() ? 'SendMessagesInThreads' : 'SendMessages',
    'EmbedLinks',
    'ReadMessageHistory',
    ...(isFree ? [] : (['MentionEveryone'] as const)),
  ]
  return channel
    .permissionsFor(me)
    .missing(needed)
    .map((name) => names[name] ?? name)
}
