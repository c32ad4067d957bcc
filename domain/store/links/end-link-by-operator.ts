import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'
import { unlink } from './unlink.ts'

/**
 * Ends the link of a Discord account by an operator's word. Gives the user name of whom it was linked to.
 * @throws {Refusal} VALIDATION_ERROR (DISCORD_USER_INVALID), NOT_FOUND (LINK_NOT_FOUND).
 */
export async function endLinkByOperator(tx: Transaction, discordUserId: string): Promise<string> {
  if (!/^[0-9]{17,20}$/.test(discordUserId))
    throw new Refusal(
      'VALIDATION_ERROR',
      `“${discordUserId}” is no Discord account: its id has 17 to 20 digits.`,
      { reason: 'DISCORD_USER_INVALID' },
    )
  const [found] = await rows<{ linkId: string; uid: string }>(
    tx,
    `select l.id as link_id, m.uid from discord_link l join member m on m.id = l.member_id
     where l.discord_user_id = :discordUserId and l.unlinked_at is null`,
    { discordUserId },
  )
  const by = { actorKind: 'operator', actorId: null } as const
  if (
    found &&
    (await unlink(tx, { linkId: found.linkId, reason: 'admin', via: 'operator', by, requestId: null }))
  )
    return found.uid
  throw new Refusal('NOT_FOUND', `The account ${discordUserId} is not linked to anybody.`, {
    reason: 'LINK_NOT_FOUND',
  })
}
