import type { AccountLink } from '../../contracts/link.ts'
import { type Database, rows } from '../database.ts'

/** Whom a Discord account acts for, also somebody who is gone from the directory; null for one that is not linked. */
export async function readAccountLink(db: Database, discordUserId: string): Promise<AccountLink | null> {
  const [found] = await rows<Omit<AccountLink, 'linkedAt'> & { linkedAt: Date }>(
    db,
    `select m.uid as username, m.display_name, l.linked_at, l.method, m.state
     from discord_link l join member m on m.id = l.member_id
     where l.discord_user_id = :discordUserId and l.unlinked_at is null`,
    { discordUserId },
  )
  return found ? { ...found, linkedAt: found.linkedAt.toISOString() } : null
}
