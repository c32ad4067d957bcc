import { createHash } from 'node:crypto'
import type { MailLinkRequest } from '../../contracts/link.ts'
import type { LinkWords } from '../../contracts/link-words.ts'
import { rows, type Transaction } from '../database.ts'
import { hashOfCode, newLinkCode } from './link-secrets.ts'
import { newId } from '../new-id.ts'
import { ownAddress } from './own-address.ts'
import { prepareAccount } from './prepare-account.ts'
import { queueMail } from '../outbox/queue-mail.ts'
import { writeAudit } from '../audit/write-audit.ts'

export type BegunMailLink = { id: string; expiresAt: Date }

type Beginning = {
  discordUserId: string
  request: MailLinkRequest
  /** Takes one of what the account may begin. May refuse. */
  spend: () => Promise<void>
  /** Whether that person may get one more mail; asked whoever was named, also for a name that nobody has. */
  mayMail: (person: string) => Promise<boolean>
  words: Pick<LinkWords, 'code'>
  requestId: string | null
}

type Person = {
  id: string
  displayName: string
  address: string
  linkId: string | null
  locale: string | null
}

/**
 * Begins to link a Discord account by a code that is sent to the address in the directory. Who has the user name, whether there
 * is an address and whether the code was sent: nothing of that shows in what it gives or in what it does.
 * An attempt that the account began before is over with this.
 * @throws {Refusal} CONFLICT (ALREADY_LINKED), TOO_MANY_REQUESTS (LINK_PAUSED), or what `spend` refuses with.
 */
export async function beginMailLink(tx: Transaction, beginning: Beginning): Promise<BegunMailLink> {
  const { discordUserId, request, words } = beginning
  // The person before the account's attempts, as when they are forgotten: else each could wait for the other.
  const named = await findPerson(tx, request.username)
  await prepareAccount(tx, discordUserId)
  await beginning.spend()
  const isAllowed = await beginning.mayMail(named?.id ?? keyOfNobody(request.username))
  const person = isAllowed ? named : null
  const id = newId()
  const code = newLinkCode()
  const [attempt] = await rows<{ expiresAt: Date }>(
    tx,
    `insert into link_attempt (id, method, state, discord_user_id, discord_name, avatar_url, locale, member_id, code_hash, created_at,
       expires_at)
     values (:id, 'mail', 'proven', :discordUserId, :discordName, :avatarUrl, :locale, :memberId, :codeHash, clock_timestamp(),
       now() + interval '15 minutes')
     returning expires_at`,
    {
      id,
      discordUserId,
      discordName: request.discordName,
      avatarUrl: request.avatarUrl ?? null,
      locale: request.locale,
      memberId: person?.id ?? null,
      codeHash: person === null ? null : hashOfCode(id, code),
    },
  )
  if (!attempt) throw new Error('inserting a link attempt gave no row')
  await queueMail(tx, {
    kind: 'link.code',
    memberId: person?.id ?? null,
    toAddress: person?.address ?? null,
    ...words.code({
      displayName: person?.displayName ?? '',
      discordName: request.discordName,
      locale: person?.locale ?? request.locale,
      code,
      isLinked: person !== null && person.linkId !== null,
    }),
  })
  await writeAudit(tx, [
    {
      actorKind: 'discord',
      actorId: discordUserId,
      event: 'link.begun',
      subjectKind: 'link_attempt',
      subjectId: id,
      via: 'discord',
      outcome: person === null ? 'not_mailed' : 'mailed',
      details: { method: 'mail', member: named?.id ?? null },
      requestId: beginning.requestId,
    },
  ])
  return { id, expiresAt: attempt.expiresAt }
}

/** Who is in the directory with this user name and has an address of their own. A name that two have names nobody. */
async function findPerson(tx: Transaction, username: string): Promise<Person | null> {
  const found = await rows<Omit<Person, 'address'> & { address: string | null }>(
    tx,
    `select m.id, m.display_name, l.id as link_id, l.locale, ${ownAddress} as address
     from member m left join discord_link l on l.member_id = m.id and l.unlinked_at is null
     where lower(m.uid) = lower(:username) and m.state = 'present' limit 2 for share of m`,
    { username: username.trim() },
  )
  const [person] = found
  return person && found.length === 1 && person.address !== null
    ? { ...person, address: person.address }
    : null
}

/** Counted like a person's mails, so that a name that nobody has takes the same time. */
const keyOfNobody = (username: string): string =>
  `nobody ${createHash('sha256').update(username.trim().toLowerCase()).digest('base64url')}`
