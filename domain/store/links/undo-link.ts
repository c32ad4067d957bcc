import type { ProofMethod, LinkWords } from '../../contracts/link-words.ts'
import { type DatabaseOrTransaction, rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { queueMessage } from '../outbox/queue-message.ts'
import { unlink } from './unlink.ts'
import type { Origin } from '../audit/write-audit.ts'

/** The link behind the undo address of a mail, as the page shows it. */
export type UndoableLink = {
  attemptId: string
  linkId: string
  method: ProofMethod
  discordUserId: string
  discordName: string
  displayName: string
  locale: string
  /** Of the account that is linked. */
  accountLocale: string
}

/** The link that this undo token would end; null when it ended before, or when the token is unknown or too old. */
export async function findUndoableLink(
  db: DatabaseOrTransaction,
  undoToken: string,
): Promise<UndoableLink | null> {
  const [found] = await rows<UndoableLink>(
    db,
    `select a.id as attempt_id, l.id as link_id, a.method, l.discord_user_id, a.discord_name, m.display_name, a.locale,
       l.locale as account_locale
     from link_attempt a
     join discord_link l on l.id = a.link_id and l.unlinked_at is null
     join member m on m.id = l.member_id
     where a.undo_hash = :undoHash and a.state = 'linked' and a.expires_at > now()`,
    { undoHash: hashOf(undoToken) },
  )
  return found ?? null
}

/**
 * Ends the link that was made by mistake or by somebody else, and tells the account, which may think otherwise. Gives what was
 * undone; null as above.
 */
export async function undoLink(
  tx: Transaction,
  { undoToken, words, ...origin }: { undoToken: string; words: Pick<LinkWords, 'ended'> } & Origin,
): Promise<UndoableLink | null> {
  const found = await findUndoableLink(tx, undoToken)
  if (!found) return null
  const ended = await unlink(tx, { linkId: found.linkId, reason: 'undone', via: 'web', ...origin })
  if (!ended) return null
  await rows(tx, `update link_attempt set state = 'undone' where id = :id`, { id: found.attemptId })
  await queueMessage(tx, {
    kind: 'link.ended',
    discordUserId: found.discordUserId,
    ...words.ended({ why: 'undone', locale: found.accountLocale }),
    mail: null,
  })
  return found
}
