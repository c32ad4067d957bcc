import type { GuildRole, Overwrite } from '../contracts/guild.ts'

/** What telling notices in channels may need, by the names that Discord's settings use. */
const bits = {
  'View Channel': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Send Messages in Threads': 1n << 38n,
  'Embed Links': 1n << 14n,
  'Attach Files': 1n << 15n,
  'Read Message History': 1n << 16n,
  'Mention @everyone, @here, and All Roles': 1n << 17n,
  'Manage Threads': 1n << 34n,
} as const
export type ChannelPermission = keyof typeof bits

const administrator = 1n << 3n
const allOfThem = Object.values(bits).reduce((all, bit) => all | bit, 0n)

/** The bot, as a member of a server that has these roles. */
export type BotMember = {
  id: string
  guildId: string
  roles: readonly GuildRole[]
  roleIds: readonly string[]
}

/**
 * What the bot may do in a channel, as a bit set: its roles together, then the channel's exceptions for everyone, for its roles, and
 * for itself, in that order (Discord's documentation, Permissions, "Permission Overwrites"). A thread has those of its channel.
 */
export function heldIn(channel: { overwrites: readonly Overwrite[] }, bot: BotMember): bigint {
  const own = bot.roles.filter(({ id }) => id === bot.guildId || bot.roleIds.includes(id))
  let held = own.reduce((all, { permissions }) => all | BigInt(permissions), 0n)
  if (held & administrator) return held | allOfThem
  const apply = (some: readonly Overwrite[]) => {
    const together = (of: 'allow' | 'deny') => some.reduce((all, one) => all | BigInt(one[of]), 0n)
    held = (held & ~together('deny')) | together('allow')
  }
  apply(channel.overwrites.filter(({ id }) => id === bot.guildId))
  apply(channel.overwrites.filter(({ id }) => id !== bot.guildId && bot.roleIds.includes(id)))
  apply(channel.overwrites.filter(({ id }) => id === bot.id))
  return held
}

/**
 * What is lacking among the permissions held in a channel, by name, to tell notices there. Whatever is longer than a message comes as a
 * file. A locked thread is for those who manage threads. `mentions`: somebody is to be pinged who may not be pinged by anybody.
 */
export function lackingOf(
  held: bigint,
  { isThread, isLocked, mentions }: { isThread: boolean; isLocked: boolean; mentions: boolean },
): ChannelPermission[] {
  const needed: ChannelPermission[] = [
    'View Channel',
    isThread ? 'Send Messages in Threads' : 'Send Messages',
    'Embed Links',
    'Attach Files',
    'Read Message History',
    ...(mentions ? (['Mention @everyone, @here, and All Roles'] as const) : []),
    ...(isLocked ? (['Manage Threads'] as const) : []),
  ]
  return needed.filter((name) => (held & bits[name]) === 0n)
}

/** Whether pinging them takes a permission: `here` always, and a role unless its settings let anybody do it. */
export const takesPermission = (mention: string, roles: Iterable<Pick<GuildRole, 'id' | 'mentionable'>>) =>
  ![...roles].some(({ id, mentionable }) => id === mention && mentionable)
