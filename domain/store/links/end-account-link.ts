import type { Words } from '../../contracts/notice.ts'
import { rows, type Transaction } from '../database.ts'
import { queueMessage } from '../outbox/queue-message.ts'
import { unlink } from './unlink.ts'
import { type Origin, originIn } from '../audit/write-audit.ts'

type Ending = {
  discordUserId: string
  adminId: string
  via: 'discord' | 'web' | 'api'
  word: (facts: { username: string; locale: string }) => Words
} & Origin

/** Ends the link of a Discord account as an admin wishes, and tells the one who had it. False when it has none. */
export async function endAccountLink(tx: Transaction, ending: Ending): Promise<boolean> {
  const { discordUserId, adminId, via } = ending
  const [found] = await rows<{
    linkId: string
    locale: string
    memberId: string
    username: string
    address: string | null
  }>(
    tx,
    `select l.id as link_id, l.locale, m.id as member_id, m.uid as username, m.mails[1] as address
     from discord_link l join member m on m.id = l.member_id
     where l.discord_user_id = :discordUserId and l.unlinked_at is null`,
    { discordUserId },
  )
  if (!found) return false
  const { linkId, locale, memberId, username, address } = found
  const by = { actorKind: 'member', actorId: adminId } as const
  if (!(await unlink(tx, { linkId, reason: 'admin', via, by, ...originIn(ending) }))) return false
  const { content, subject, text } = ending.word({ username, locale })
  await queueMessage(tx, {
    kind: 'link.ended',
    discordUserId,
    content,
    mail: address === null ? null : { kind: 'link.ended', memberId, to: address, subject, text },
  })
  return true
}
