import type { GuildRole } from '../contracts/guild.ts'

/** An exception that a channel makes for a role or a member; bit sets in decimal digits. */
export type Overwrite = { id: string; allow: string; deny: string }

/** What a bot needs in a channel to post there, by the names that Discord's settings use. */
const needed = {
  'View Channel': 1n << 10n,
  'Send Messages': 1n << 11n,
  'Embed Links': 1n << 14n,
  'Read Message History': 1n << 16n,
}

const administrator = 1n << 3n

/**
 * What the bot lacks in a channel, by name: its roles together, then the channel's exceptions for everyone, for its roles, and for
 * itself, in that order (Discord's documentation, Permissions, "Permission Overwrites").
 */
export function missingIn(
  channel: { overwrites: readonly Overwrite[] },
  bot: { id: string; guildId: string; roles: readonly GuildRole[]; roleIds: readonly string[] },
): string[] {
  const own = bot.roles.filter(({ id }) => id === bot.guildId || bot.roleIds.includes(id))
  let held = own.reduce((bits, { permissions }) => bits | BigInt(permissions), 0n)
  if (held & administrator) return []
  const apply = (some: readonly Overwrite[]) => {
    const together = (of: 'allow' | 'deny') => some.reduce((bits, one) => bits | BigInt(one[of]), 0n)
    held = (held & ~together('deny')) | together('allow')
  }
  apply(channel.overwrites.filter(({ id }) => id === bot.guildId))
  apply(channel.overwrites.filter(({ id }) => id !== bot.guildId && bot.roleIds.includes(id)))
  apply(channel.overwrites.filter(({ id }) => id === bot.id))
  return Object.entries(needed).flatMap(([name, bit]) => (held & bit ? [] : name))
}
