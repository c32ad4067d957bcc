import { type Database, rows } from './database.ts'

/** The member behind a Discord account, as a request needs them. */
export type LinkedMember = {
  memberId: string
  uid: string
  displayName: string
  isAdmin: boolean
  state: 'present' | 'gone'
  linkId: string
  locale: string
}

/** The member whom this Discord account is linked to, those who are gone included; null without a link. */
export async function findCaller(db: Database, discordUserId: string): Promise<LinkedMember | null> {
  const [found] = await rows<LinkedMember>(
    db,
    `select m.id as "memberId", m.uid, m.display_name as "displayName", m.is_admin as "isAdmin", m.state,
       l.id as "linkId", l.locale
     from discord_link l join member m on m.id = l.member_id
     where l.discord_user_id = :discordUserId and l.unlinked_at is null`,
    { discordUserId },
  )
  return found ?? null
}
