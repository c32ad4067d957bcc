import type { Letter } from '../../contracts/link-words.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'
import { queueMail } from '../outbox/queue-mail.ts'
import { writeAudit } from '../audit/write-audit.ts'

/** The words of the mail that tells the person. */
export type ComposePairMail = (facts: {
  displayName: string
  discordUserId: string
  locale: string
}) => Letter

type Linking = {
  memberId: string
  discordUserId: string
  method: 'operator' | 'import'
  /** Null: nobody is told. */
  composeMail: ComposePairMail | null
}

/**
 * Links a member and a Discord account by an operator's word. Gives whether a mail tells the member.
 * @throws {Refusal} CONFLICT (MEMBER_GONE, ALREADY_LINKED).
 */
export async function linkPair(tx: Transaction, linking: Linking): Promise<{ told: boolean }> {
  const { memberId, discordUserId, method } = linking
  const [member] = await rows<{ displayName: string; mails: string[] }>(
    tx,
    `select display_name, mails from member where id = :memberId and state = 'present' for share`,
    { memberId },
  )
  if (!member)
    throw new Refusal('CONFLICT', 'This person is not in the directory any more.', { reason: 'MEMBER_GONE' })
  const linkId = newId()
  const [link] = await rows<{ locale: string }>(
    tx,
    `insert into discord_link (id, discord_user_id, member_id, method, locale)
     values (:linkId, :discordUserId, :memberId, :method, coalesce(
       (select locale from discord_link where member_id = :memberId order by linked_at desc limit 1), 'en'))
     on conflict do nothing returning locale`,
    { linkId, discordUserId, memberId, method },
  )
  if (!link)
    throw new Refusal('CONFLICT', 'This account or this person was linked by somebody else just now.', {
      reason: 'ALREADY_LINKED',
    })
  await writeAudit(tx, [
    {
      actorKind: 'operator',
      actorId: null,
      event: 'link.made',
      subjectKind: 'link',
      subjectId: linkId,
      via: 'operator',
      outcome: 'linked',
      details: { discordUser: discordUserId, method },
    },
  ])
  const told = await tell(tx, linking, { ...member, locale: link.locale })
  await rows(tx, `select pg_notify('link_changed', :discordUserId)`, { discordUserId })
  return { told }
}

async function tell(
  tx: Transaction,
  { memberId, discordUserId, composeMail }: Linking,
  { displayName, mails, locale }: { displayName: string; mails: string[]; locale: string },
): Promise<boolean> {
  const [toAddress] = mails
  if (composeMail === null || toAddress === undefined) return false
  const letter = composeMail({ displayName, discordUserId, locale })
  await queueMail(tx, { kind: 'link.made', memberId, toAddress, ...letter })
  return true
}
