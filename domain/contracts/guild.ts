/** A role of a Discord server. `permissions` is a bit set in decimal digits; a higher `position` stands above a lower one. */
export type GuildRole = {
  id: string
  name: string
  permissions: string
  position: number
  /** It belongs to an integration (a bot, boosters, subscribers): nobody can give it. */
  managed: boolean
  /** Anybody may mention it. */
  mentionable: boolean
}

/** Somebody in a Discord server, with the ids of their roles; @everyone is none of them. */
export type GuildMember = { id: string; roleIds: readonly string[]; isBot: boolean }

/** An exception that a channel makes for a role or a member; bit sets in decimal digits. */
export type Overwrite = { id: string; allow: string; deny: string }
