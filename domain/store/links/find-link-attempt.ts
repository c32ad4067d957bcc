import { type DatabaseOrTransaction, rows } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'

/** A link attempt as its page shows it. `over` covers every way in which it can't be used any more. */
export type FoundAttempt = {
  id: string
  discordUserId: string
  discordName: string
  avatarUrl: string | null
  locale: string
  state: 'open' | 'proven' | 'moving' | 'linked' | 'over'
}

/** The attempt behind the token of an address. Reading it consumes nothing. */
export async function findLinkAttempt(
  db: DatabaseOrTransaction,
  token: string,
): Promise<FoundAttempt | null> {
  const [found] = await rows<FoundAttempt>(
    db,
    `select id, discord_user_id, discord_name, avatar_url, locale,
       case when state in ('open', 'proven', 'moving') and expires_at > now() then state
            when state = 'linked' then 'linked' else 'over' end as state
     from link_attempt where token_hash = :tokenHash`,
    { tokenHash: hashOf(token) },
  )
  return found ?? null
}
