import { type Database, rows } from '../database.ts'

/**
 * Whether a Discord account is linked right now. Who is gone from the directory stays linked, and so keeps the role, until their
 * grace is over: a directory that has lost people for an hour strips nobody.
 */
export async function isAccountLinked(db: Database, discordUserId: string): Promise<boolean> {
  const found = await rows(
    db,
    'select 1 from discord_link where discord_user_id = :discordUserId and unlinked_at is null',
    { discordUserId },
  )
  return found.length === 1
}

/** Every Discord account of which that is true. */
export async function readLinkedAccounts(db: Database): Promise<Set<string>> {
  const found = await rows<{ discordUserId: string }>(
    db,
    'select discord_user_id from discord_link where unlinked_at is null',
  )
  return new Set(found.map(({ discordUserId }) => discordUserId))
}
