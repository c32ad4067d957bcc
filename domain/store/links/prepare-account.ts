import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'

/**
 * Makes sure that this account may begin to be linked. What it began before is over with that. Others who begin for it wait: the
 * attempt is dated by the clock (clock_timestamp) from here on, not by when its transaction began, so the newest is the live one.
 * @throws {Refusal} CONFLICT (ALREADY_LINKED), TOO_MANY_REQUESTS (LINK_PAUSED).
 */
export async function prepareAccount(tx: Transaction, discordUserId: string): Promise<void> {
  await lockAccount(tx, discordUserId)
  await refuseLinkedAccount(tx, discordUserId)
  await refusePausedAccount(tx, discordUserId)
  await rows(
    tx,
    `update link_attempt set state = 'spent'
     where discord_user_id = :discordUserId and state in ('open', 'proven', 'moving')`,
    { discordUserId },
  )
}

/** One word about a Discord account at a time. */
export async function lockAccount(tx: Transaction, discordUserId: string): Promise<void> {
  await rows(tx, `select pg_advisory_xact_lock(hashtextextended('discord:' || :discordUserId, 0))`, {
    discordUserId,
  })
}

/** @throws {Refusal} CONFLICT (ALREADY_LINKED) when this account has a link. */
export async function refuseLinkedAccount(tx: Transaction, discordUserId: string): Promise<void> {
  const [linked] = await rows(
    tx,
    'select id from discord_link where discord_user_id = :discordUserId and unlinked_at is null',
    { discordUserId },
  )
  if (linked)
    throw new Refusal(
      'CONFLICT',
      'This Discord account is linked already. To link it to another person, type /unlink first.',
      { reason: 'ALREADY_LINKED' },
    )
}

/** After the last wrong code from a mail the attempt says until when the account has to wait. */
async function refusePausedAccount(tx: Transaction, discordUserId: string): Promise<void> {
  const [paused] = await rows<{ restS: number }>(
    tx,
    `select extract(epoch from expires_at - now())::float8 as rest_s from link_attempt
     where discord_user_id = :discordUserId and method = 'mail' and state = 'spent' and tries_left = 0 and expires_at > now()
     order by expires_at desc limit 1`,
    { discordUserId },
  )
  if (paused)
    throw new Refusal(
      'TOO_MANY_REQUESTS',
      'Those were too many wrong codes. Please wait, then begin again.',
      {
        reason: 'LINK_PAUSED',
        retryAfterS: Math.ceil(paused.restS),
      },
    )
}
