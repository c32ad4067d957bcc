import type { LinkWords } from '../../contracts/link-words.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'
import { hashOf } from '../../rules/secret-hash.ts'
import { newLinkToken } from './link-secrets.ts'
import type { Person, ProvenAttempt } from './make-link.ts'
import { queueMail } from '../outbox/queue-mail.ts'
import { queueMessage } from '../outbox/queue-message.ts'
import { writeAudit } from '../audit/write-audit.ts'

export type Asked = { askedBy: ('discord' | 'mail')[]; expiresAt: Date }

type Asking = {
  attempt: ProvenAttempt
  person: Person
  words: Pick<LinkWords, 'moveAsked'>
  requestId: string | null
}

/**
 * Asks whoever has the person's link now whether it may move to the account of this attempt: in Discord, and where a password
 * proved who they are, by mail too. Where a code from the mail did, the letter only tells: who reads that mailbox would be
 * asking themselves. Nothing changes before somebody says yes, within an hour.
 * @throws {Refusal} CONFLICT (LINK_EXPIRED) when that link ended at this very moment.
 */
export async function askOwner(tx: Transaction, { attempt, person, ...asking }: Asking): Promise<Asked> {
  const [old] = await rows<{ id: string; discordUserId: string; locale: string }>(
    tx,
    'select id, discord_user_id, locale from discord_link where member_id = :memberId and unlinked_at is null',
    { memberId: person.id },
  )
  if (!old)
    throw new Refusal('CONFLICT', 'Something about your link changed just now. Type /link to begin again.', {
      reason: 'LINK_EXPIRED',
    })
  const moveToken = newLinkToken()
  const [moving] = await rows<{ expiresAt: Date }>(
    tx,
    `update link_attempt set state = 'moving', link_id = :oldLinkId, move_hash = :moveHash, code_hash = null,
       expires_at = now() + interval '1 hour'
     where id = :id returning expires_at`,
    { id: attempt.id, oldLinkId: old.id, moveHash: hashOf(moveToken) },
  )
  if (!moving) throw new Error('a link attempt vanished while it was held')
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: person.id,
      event: 'link.move_asked',
      subjectKind: 'link_attempt',
      subjectId: attempt.id,
      via: 'discord',
      outcome: 'moving',
      details: { link: old.id, from: old.discordUserId, to: attempt.discordUserId, method: attempt.method },
      requestId: asking.requestId,
    },
  ])
  const { message, letter } = asking.words.moveAsked({
    displayName: person.displayName,
    discordName: attempt.discordName,
    method: attempt.method,
    moveToken,
    until: moving.expiresAt,
    locale: old.locale,
  })
  const toAddress = person.address
  // Both are doors of their own: the mail does not wait for the message to fail.
  await queueMessage(tx, { kind: 'link.move', discordUserId: old.discordUserId, ...message, mail: null })
  await queueMail(tx, { kind: 'link.move', memberId: person.id, toAddress, ...letter })
  return {
    askedBy: toAddress === null || attempt.method === 'mail' ? ['discord'] : ['discord', 'mail'],
    expiresAt: moving.expiresAt,
  }
}
