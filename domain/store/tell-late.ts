import type { Change } from '../contracts/change.ts'
import type { Words } from '../contracts/notice.ts'
import { type Database, rows, type Transaction } from './database.ts'
import { type PlainMail, queuePlainMail } from './queue-mail.ts'
import { queueMessage } from './queue-message.ts'
import { readChanges } from './read-change.ts'

type Untold = {
  id: string
  memberId: string
  discordUserId: string | null
  locale: string | null
  address: string | null
}

const afterS = 60

/**
 * Turns every change from Discord that ended a minute ago and that nobody told into a direct message, once each; into mail
 * where no account is linked any more. Without an address there is nobody to tell. Gives how many there were.
 */
export async function tellLate(
  db: Database,
  word: (change: Change, locale: string) => Words,
): Promise<number> {
  return db.transaction(async (tx) => {
    const untold = await rows<Untold>(
      tx,
      `select c.id, c.member_id, k.discord_user_id, k.locale, m.mails[1] as address
       from change c
       join member m on m.id = c.member_id
       left join discord_link k on k.member_id = c.member_id and k.unlinked_at is null
       where c.via = 'discord' and c.ended_at < now() - make_interval(secs => :afterS) and c.told_at is null
       order by c.ended_at limit 100
       for update of c skip locked`,
      { afterS },
    )
    if (untold.length === 0) return 0
    const ids = untold.map(({ id }) => id)
    const changes = new Map((await readChanges(tx, ids)).map((change) => [change.id, change]))
    for (const one of untold) {
      const change = changes.get(one.id)
      if (change) await tell(tx, one, word(change, one.locale ?? 'en'))
    }
    await rows(tx, 'update change set told_at = now() where id = any(:ids::uuid[])', { ids })
    return untold.length
  })
}

async function tell(tx: Transaction, untold: Untold, { content, subject, text }: Words): Promise<void> {
  const { memberId, discordUserId, address } = untold
  const kind = 'change-ended'
  const mail: PlainMail | null = address === null ? null : { kind, memberId, to: address, subject, text }
  // With a message the mail goes along: it is what is sent when the member's direct messages are closed.
  if (discordUserId !== null)
    return queueMessage(tx, { kind, discordUserId, key: `told:${untold.id}`, content, mail })
  if (mail !== null) await queuePlainMail(tx, mail)
}
