import type { ProofMethod, LinkWords } from '../../contracts/link-words.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { type DatabaseOrTransaction, rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { hasUnusedAdminRights, holdPerson, makeLink } from './make-link.ts'
import { lockAccount } from './prepare-account.ts'
import { queueMessage } from '../outbox/queue-message.ts'
import { unlink } from './unlink.ts'
import type { Origin } from '../audit/write-audit.ts'

/** What would move to which account, as the page shows it before it is done. */
export type Move = {
  attemptId: string
  method: ProofMethod
  /** The account that acts for the person afterwards. */
  discordUserId: string
  discordName: string
  avatarUrl: string | null
  memberId: string
  displayName: string
  /** Of the one who is asked, and of the account that asks. */
  ownLocale: string
  newLocale: string
  oldLinkId: string
  oldDiscordUserId: string
}

/**
 * The move behind the token of an address; finding it changes nothing. Null for one that was done, is too old, or can't be any
 * more because one of the two has got another link meanwhile.
 */
export async function findMove(db: DatabaseOrTransaction, moveToken: string): Promise<Move | null> {
  const [found] = await rows<Move>(
    db,
    `select a.id as attempt_id, a.method, a.discord_user_id, a.discord_name, a.avatar_url, a.member_id, m.display_name,
       l.locale as own_locale, a.locale as new_locale, l.id as old_link_id, l.discord_user_id as old_discord_user_id
     from link_attempt a
     join member m on m.id = a.member_id and m.state = 'present'
     join discord_link l on l.id = a.link_id
     where a.move_hash = :moveHash and a.state = 'moving' and a.expires_at > now()
       and not exists (select 1 from discord_link c where c.unlinked_at is null and c.id <> l.id
         and (c.member_id = a.member_id or c.discord_user_id = a.discord_user_id))`,
    { moveHash: hashOf(moveToken) },
  )
  return found ?? null
}

type Moving = { moveToken: string; words: LinkWords } & Origin

/**
 * Moves the link, which its owner agreed to: the old one ends, the new one is made, and both accounts and the person's mail are
 * told. Gives what was moved, and whether the account before was still linked, which is told then; null as above. Of two moves of one person exactly one is done.
 * @throws {Refusal} CONFLICT (MOVE_OVER) when another link was made at this very moment; nothing has happened then.
 */
export async function moveLink(
  tx: Transaction,
  { moveToken, words, ...origin }: Moving,
): Promise<(Move & { wasLinked: boolean }) | null> {
  const named = await findMove(tx, moveToken)
  if (!named) return null
  await lockAccount(tx, named.discordUserId)
  const person = await holdPerson(tx, named.memberId)
  // Whoever came first with this token, to this account, or to be forgotten, is done now.
  const move = await findMove(tx, moveToken)
  if (!move || !person) return null
  const wasLinked = await unlink(tx, { linkId: move.oldLinkId, reason: 'moved', via: 'web', ...origin })
  const { discordUserId, discordName, method, displayName } = move
  const attempt = { id: move.attemptId, discordUserId, discordName, method, locale: move.newLocale }
  if (!(await makeLink(tx, { attempt, person, via: 'web', words, ...origin })))
    throw new Refusal('CONFLICT', 'Another link was made at this moment, so this one was not moved.', {
      reason: 'MOVE_OVER',
    })
  if (wasLinked)
    await queueMessage(tx, {
      kind: 'link.moved',
      discordUserId: move.oldDiscordUserId,
      ...words.movedAway({ displayName, discordName, method, locale: move.ownLocale }),
      mail: null,
    })
  const adminRightsUnused = hasUnusedAdminRights(person, attempt)
  await queueMessage(tx, {
    kind: 'link.moved',
    discordUserId,
    ...words.movedHere({ username: person.uid, adminRightsUnused, locale: move.newLocale }),
    mail: null,
  })
  return { ...move, wasLinked }
}
