import { type Database, rows } from '../database.ts'

/** What a member's own page shows of them beside their sessions and tokens. */
export type Account = {
  /** Whether an admin allowed them to send notices. */
  noticesAllowed: boolean
  /** The Discord account that acts for them; its name only as long as the attempt that linked it is kept. */
  link: { discordUserId: string; discordName: string | null; linkedAt: Date } | null
}

/** @throws when there is no such member. */
export async function readAccount(db: Database, memberId: string): Promise<Account> {
  const [found] = await rows<{
    noticesAllowed: boolean
    discordUserId: string | null
    discordName: string | null
    linkedAt: Date
  }>(
    db,
    `select m.notices_allowed, l.discord_user_id, l.linked_at,
       (select a.discord_name from link_attempt a
        where a.discord_user_id = l.discord_user_id and a.link_id = l.id limit 1) as discord_name
     from member m left join discord_link l on l.member_id = m.id and l.unlinked_at is null
     where m.id = :memberId`,
    { memberId },
  )
  if (!found) throw new Error('this member does not exist')
  const { noticesAllowed, discordUserId, discordName, linkedAt } = found
  return {
    noticesAllowed,
    link: discordUserId === null ? null : { discordUserId, discordName, linkedAt },
  }
}
