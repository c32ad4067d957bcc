import { chosen } from '../../domain/contracts/environment.ts'
import { type Environment, readEnvironment } from '../../domain/contracts/read-environment.ts'
import { rows } from '../../domain/store/database.ts'
import { accountIdOf } from '../account-id.ts'
import type { DiscordStandIn } from '../discord/stand-in.ts'
import { people } from '../people.ts'
import { withDatabase } from './with-database.ts'

type Account = { discordUserId: string; discordName: string | null; locale: string; isLinked: boolean }

/**
 * The invented Discord keeps nothing, but whom the database knows from there is still to be found and written to: they are members of
 * its server again, those who are linked with the role for it, as in a real one.
 */
export async function bringBackMembers(environment: Environment, discord: DiscordStandIn): Promise<void> {
  const values = readEnvironment(chosen('DATABASE_URL', 'DISCORD_VERIFIED_ROLE_ID'), environment)
  const role = values.DISCORD_VERIFIED_ROLE_ID
  for (const account of await readAccounts(values.DATABASE_URL)) {
    const { discordUserId: id, locale, isLinked } = account
    discord.addUser({
      id,
      ...namesOf(account),
      locale: locale === 'en' ? 'en-US' : locale,
      roles: isLinked && role !== undefined ? [role] : [],
    })
  }
}

/** Everybody who ever linked: a message may wait for somebody whose link has ended. */
const readAccounts = (url: string): Promise<Account[]> =>
  withDatabase(url, (db) =>
    rows<Account>(
      db,
      `select distinct on (l.discord_user_id) l.discord_user_id, l.locale, l.unlinked_at is null as is_linked,
         (select a.discord_name from link_attempt a where a.discord_user_id = l.discord_user_id
          order by a.created_at desc limit 1) as discord_name
       from discord_link l order by l.discord_user_id, l.unlinked_at desc nulls first`,
    ),
  )

/** `Alice Anderson (@alice)`, as the bot names an account when it begins a link; that is not kept for ever. */
function namesOf({ discordUserId, discordName }: Account): { username: string; globalName?: string } {
  const [, name, username] = /^(.*) \(@([a-z0-9_.]{2,32})\)$/.exec(discordName ?? '') ?? []
  if (name !== undefined && username !== undefined)
    return name === username ? { username } : { username, globalName: name }
  const invented = people.find(({ uid }) => accountIdOf(uid) === discordUserId)
  return invented === undefined
    ? { username: `user_${discordUserId}` }
    : { username: invented.uid, globalName: invented.cn }
}
