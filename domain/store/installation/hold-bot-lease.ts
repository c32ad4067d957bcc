import type { BotLease } from '../../contracts/bot.ts'
import { type Database, rows } from '../database.ts'

/**
 * Gives a bot the lease for `forMs` from now on, by the database's clock, or says no: another one has it. What ran out or was given
 * back (0) is anybody's; until then it stays with the one that had it.
 */
export async function holdBotLease(db: Database, { token, forMs }: BotLease): Promise<boolean> {
  const held = await rows(
    db,
    `insert into turn (name, token, until) values ('bot', :token, now() + make_interval(secs => :forS))
     on conflict (name) do update set token = excluded.token, until = excluded.until
     where turn.token = excluded.token or turn.until <= now()
     returning name`,
    { token, forS: forMs / 1000 },
  )
  return held.length === 1
}
