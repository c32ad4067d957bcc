import { timingSafeEqual } from 'node:crypto'
import { Refusal } from '../contracts/refusal.ts'
import { lockAccount, refuseLinkedAccount } from './begin-link.ts'
import { rows, type Transaction } from './database.ts'
import { hashOf, hashOfCode, newLinkToken } from './link-secrets.ts'
import { newId } from './new-id.ts'
import { writeAudit } from './write-audit.ts'

export type NewlyLinked = { uid: string; displayName: string; isAdmin: boolean }

/** The words of the mail that tells the person; `undoToken` is for its link. */
export type ComposeLinkMail = (facts: {
  displayName: string
  discordName: string
  locale: string
  undoToken: string
}) => { subject: string; textBody: string; htmlBody: string }

type Completion = {
  discordUserId: string
  code: string
  composeMail: ComposeLinkMail
  requestId: string | null
}

type Attempt = {
  id: string
  state: 'open' | 'proven' | 'linked' | 'spent' | 'undone'
  expired: boolean
  triesLeft: number
  codeHash: Buffer | null
  memberId: string | null
  discordName: string
  locale: string
}

/**
 * Links the account that began, if it knows the code that the page showed. A wrong code gives its Refusal back
 * instead of throwing it, so that the used-up try is committed.
 * @throws {Refusal} CONFLICT (ALREADY_LINKED, PERSON_LINKED, LINK_NOT_PROVEN, LINK_EXPIRED), NOT_FOUND (LINK_NOT_BEGUN).
 */
export async function completeLink(tx: Transaction, completion: Completion): Promise<NewlyLinked | Refusal> {
  const { discordUserId } = completion
  await lockAccount(tx, discordUserId)
  await refuseLinkedAccount(tx, discordUserId)
  const attempt = await newestAttempt(tx, discordUserId)
  const codeHash = hashOfCode(attempt.id, completion.code)
  if (attempt.codeHash === null || !timingSafeEqual(attempt.codeHash, codeHash))
    return useUpTry(tx, attempt, completion)
  return link(tx, attempt, completion)
}

async function newestAttempt(tx: Transaction, discordUserId: string): Promise<Attempt> {
  const [attempt] = await rows<Attempt>(
    tx,
    `select id, state, expires_at <= now() as expired, tries_left, code_hash, member_id, discord_name, locale
     from link_attempt where discord_user_id = :discordUserId
     order by created_at desc limit 1 for update`,
    { discordUserId },
  )
  if (!attempt || attempt.state === 'linked' || attempt.state === 'undone')
    throw new Refusal('NOT_FOUND', 'There is nothing to confirm. Type /link to begin.', {
      reason: 'LINK_NOT_BEGUN',
    })
  if (attempt.state === 'spent' || attempt.expired)
    throw new Refusal('CONFLICT', 'This code is not valid any more. Type /link to begin again.', {
      reason: 'LINK_EXPIRED',
    })
  if (attempt.state === 'open')
    throw new Refusal('CONFLICT', 'Open the page and sign in first: it shows the code.', {
      reason: 'LINK_NOT_PROVEN',
    })
  return attempt
}

async function useUpTry(tx: Transaction, attempt: Attempt, completion: Completion): Promise<Refusal> {
  const triesLeft = attempt.triesLeft - 1
  await rows(
    tx,
    `update link_attempt set tries_left = :triesLeft, state = case when :triesLeft = 0 then 'spent' else state end
     where id = :id`,
    { id: attempt.id, triesLeft },
  )
  await writeAudit(tx, [
    {
      actorKind: 'discord',
      actorId: completion.discordUserId,
      event: 'link.code_refused',
      subjectKind: 'link_attempt',
      subjectId: attempt.id,
      via: 'discord',
      outcome: triesLeft === 0 ? 'spent' : 'proven',
      details: { triesLeft },
      requestId: completion.requestId,
    },
  ])
  const message =
    triesLeft === 0
      ? 'That was not the code, and there are no tries left. Type /link to begin again.'
      : `That is not the code. Tries left: ${triesLeft}.`
  return new Refusal('PERMISSION_DENIED', message, { reason: 'CODE_WRONG', details: { triesLeft } })
}

async function link(tx: Transaction, attempt: Attempt, completion: Completion): Promise<NewlyLinked> {
  const { discordUserId } = completion
  const [member] = await rows<NewlyLinked & { id: string; mails: string[] }>(
    tx,
    `select id, uid, display_name, is_admin, mails from member where id = :memberId and state = 'present' for share`,
    { memberId: attempt.memberId },
  )
  if (!member)
    throw new Refusal('CONFLICT', 'This person is not in the directory any more.', { reason: 'MEMBER_GONE' })
  const linkId = newId()
  const undoToken = newLinkToken()
  const [inserted] = await rows(
    tx,
    `insert into discord_link (id, discord_user_id, member_id, locale)
     values (:linkId, :discordUserId, :memberId, :locale) on conflict do nothing returning id`,
    { linkId, discordUserId, memberId: member.id, locale: attempt.locale },
  )
  if (!inserted)
    throw new Refusal(
      'CONFLICT',
      'This person is linked to another Discord account already. To move the link, type /unlink there first.',
      { reason: 'PERSON_LINKED' },
    )
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
      actorId: member.id,
      event: 'link.made',
      subjectKind: 'link',
      subjectId: linkId,
      via: 'discord',
      outcome: 'linked',
      details: { attempt: attempt.id, discordUser: discordUserId },
      requestId: completion.requestId,
    },
  ])
  const toAddress = member.mails[0]
  if (toAddress !== undefined)
    await rows(
      tx,
      `with fresh as (
         insert into mail (id, kind, member_id, to_address, subject, text_body, html_body)
         values (:id, 'link.made', :memberId, :toAddress, :subject, :textBody, :htmlBody) returning id)
       select pg_notify('outbox', '') from fresh`,
      {
        id: newId(),
        memberId: member.id,
        toAddress,
        ...completion.composeMail({
          displayName: member.displayName,
          discordName: attempt.discordName,
          locale: attempt.locale,
          undoToken,
        }),
      },
    )
  await rows(tx, `select pg_notify('link_changed', :discordUserId)`, { discordUserId })
  return { uid: member.uid, displayName: member.displayName, isAdmin: member.isAdmin }
}
