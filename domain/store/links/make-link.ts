import type { ProofMethod, LinkWords } from '../../contracts/link-words.ts'
import { carriesRights } from '../../rules/link-rights.ts'
import { rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { newLinkToken } from './link-secrets.ts'
import { newId } from '../new-id.ts'
import { ownAddress } from './own-address.ts'
import { queueMail } from '../outbox/queue-mail.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

/** An attempt whose account has shown whom it may act for. */
export type ProvenAttempt = {
  id: string
  discordUserId: string
  discordName: string
  locale: string
  method: ProofMethod
}

/** Who is in the directory, and was proven to be the one who asks. `address` is one that nobody shares with them. */
export type Person = {
  id: string
  uid: string
  displayName: string
  isAdmin: boolean
  address: string | null
}

type Making = {
  attempt: ProvenAttempt
  person: Person
  via: 'discord' | 'web'
  words: Pick<LinkWords, 'made'>
} & Origin

/**
 * Makes the link, and tells the person by mail, with a way to undo it. False, and nothing done, where the person or the account
 * has a link already; of two at once the second waits here until that is known.
 */
export async function makeLink(tx: Transaction, { attempt, person, ...making }: Making): Promise<boolean> {
  const { discordUserId, discordName, locale, method } = attempt
  const linkId = newId()
  const undoToken = newLinkToken()
  const [inserted] = await rows(
    tx,
    `insert into discord_link (id, discord_user_id, member_id, locale, method)
     values (:linkId, :discordUserId, :memberId, :locale, :method) on conflict do nothing returning id`,
    { linkId, discordUserId, memberId: person.id, locale, method },
  )
  if (!inserted) return false
  // The row outlives the code: the undo link in the mail works as long as expires_at says.
  await rows(
    tx,
    `update link_attempt set state = 'linked', link_id = :linkId, undo_hash = :undoHash, code_hash = null,
       expires_at = now() + interval '7 days'
     where id = :id`,
    { id: attempt.id, linkId, undoHash: hashOf(undoToken) },
  )
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: person.id,
      event: 'link.made',
      subjectKind: 'link',
      subjectId: linkId,
      via: making.via,
      outcome: 'linked',
      details: { attempt: attempt.id, discordUser: discordUserId, method },
      ...originIn(making),
    },
  ])
  await queueMail(tx, {
    kind: 'link.made',
    memberId: person.id,
    toAddress: person.address,
    ...making.words.made({ displayName: person.displayName, discordName, locale, method, undoToken }),
  })
  await rows(tx, `select pg_notify('link_changed', :discordUserId)`, { discordUserId })
  return true
}

/** The person of an attempt, kept as they are until the end of the transaction. Null for who left the directory. */
export async function holdPerson(tx: Transaction, memberId: string | null): Promise<Person | null> {
  const [person] = await rows<Person>(
    tx,
    `select m.id, m.uid, m.display_name, m.is_admin, ${ownAddress} as address
     from member m where m.id = :memberId and m.state = 'present' for share of m`,
    { memberId },
  )
  return person ?? null
}

/** Whether somebody is an admin in the directory but not by a link that was proven so: reading their mail is not yet being them. */
export const hasUnusedAdminRights = ({ isAdmin }: Person, { method }: ProvenAttempt): boolean =>
  isAdmin && !carriesRights(method)
