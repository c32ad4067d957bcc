import type { Words } from '../../contracts/notice.ts'
import type { Transaction } from '../database.ts'
import { type PlainMail, queuePlainMail } from '../outbox/queue-mail.ts'
import { queueMessage } from '../outbox/queue-message.ts'

/** The language of a member (`m`) with their link (`k`), if they have one: that of the last one, else the server's. A piece of a statement. */
export const readerLocale = `coalesce(k.locale, (
    select o.locale from discord_link o where o.member_id = m.id order by o.linked_at desc limit 1
  ), (select i.locale from installation i limit 1), 'en')`

/** A member who is told something: in Discord, where an account is linked, else by mail. */
export type NewsReader = { id: string; discordUserId: string | null; address: string | null }

/**
 * Puts news for a member into the outbox, by direct message or by mail. `key` names what they tell of, where that must be told once only. True
 * when there was a way to tell it.
 */
export async function queueNews(
  tx: Transaction,
  { id: memberId, discordUserId, address }: NewsReader,
  { kind, key }: { kind: 'change-ended' | 'asked'; key?: string },
  { content, subject, text, isCut }: Words,
): Promise<boolean> {
  const mail: PlainMail | null = address === null ? null : { kind, memberId, to: address, subject, text }
  // With a message the mail goes along: it is what is sent when the member's direct messages are closed.
  if (discordUserId !== null) {
    const file = isCut === true ? { file: { name: 'everything.txt', text } } : {}
    await queueMessage(tx, {
      kind,
      discordUserId,
      ...(key === undefined ? {} : { key }),
      content,
      ...file,
      mail,
    })
    return true
  }
  if (mail !== null) await queuePlainMail(tx, mail)
  return mail !== null
}
