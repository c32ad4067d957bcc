import type { ChangeAction, ChangeState } from '../contracts/change.ts'
import { type Database, rows, type Transaction } from './database.ts'
import { newId } from './new-id.ts'

/** A change from Discord that ended and that nobody told its member about. */
export type UntoldChange = {
  id: string
  list: string
  action: ChangeAction
  state: ChangeState
  reasonCode: string | null
  discordUserId: string | null
  locale: string | null
  memberId: string
  address: string | null
}

const afterS = 60

/**
 * Turns every untold change older than a minute into a direct message, once each. `word` gives the text. A member without a
 * linked account any more gets mail instead; without an address there is nobody to tell.
 */
export async function tellLate(
  db: Database,
  word: (change: UntoldChange) => { content: string; subject: string },
): Promise<number> {
  return db.transaction(async (tx) => {
    const untold = await rows<UntoldChange>(
      tx,
      `select c.id, l.name as list, c.action, c.state, c.reason_code, c.member_id, k.discord_user_id, k.locale, m.mails[1] as address
       from change c
       join list l on l.id = c.list_id
       join member m on m.id = c.member_id
       left join discord_link k on k.member_id = c.member_id and k.unlinked_at is null
       where c.via = 'discord' and c.ended_at < now() - make_interval(secs => :afterS) and c.told_at is null
       order by c.ended_at limit 100
       for update of c skip locked`,
      { afterS },
    )
    for (const change of untold) await write(tx, change, word(change))
    if (untold.length > 0) {
      await rows(tx, 'update change set told_at = now() where id = any(:ids::uuid[])', {
        ids: untold.map(({ id }) => id),
      })
      await rows(tx, `select pg_notify('outbox', '')`)
    }
    return untold.length
  })
}

async function write(
  tx: Transaction,
  change: UntoldChange,
  { content, subject }: { content: string; subject: string },
): Promise<void> {
  if (change.discordUserId !== null)
    await rows(
      tx,
      `insert into notice (id, kind, destination_kind, destination_id, incident_key, body)
       values (:id, 'change-ended', 'member', :to, :key, :body) on conflict do nothing`,
      {
        id: newId(),
        to: change.discordUserId,
        key: `told:${change.id}`,
        body: JSON.stringify({ content, mail: { memberId: change.memberId, to: change.address, subject } }),
      },
    )
  else if (change.address !== null)
    await writeMail(tx, { memberId: change.memberId, to: change.address, subject, text: content })
}

/** A mail in the outbox, in the transaction of its cause. */
export async function writeMail(
  tx: Database | Transaction,
  mail: { memberId: string; to: string; subject: string; text: string },
): Promise<void> {
  await rows(
    tx,
    `insert into mail (id, kind, member_id, to_address, subject, text_body) values (:id, 'change-ended', :memberId, :to, :subject, :text)`,
    { id: newId(), ...mail },
  )
}
