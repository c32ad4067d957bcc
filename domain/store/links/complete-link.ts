import { timingSafeEqual } from 'node:crypto'
import type { LinkWords } from '../../contracts/link-words.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { askOwner, type Asked } from './ask-owner.ts'
import { rows, type Transaction } from '../database.ts'
import { hashOfCode } from './link-secrets.ts'
import { hasUnusedAdminRights, holdPerson, makeLink, type ProvenAttempt } from './make-link.ts'
import { lockAccount, refuseLinkedAccount } from './prepare-account.ts'
import { writeAudit } from '../audit/write-audit.ts'

/** Linked; or the person has another account, and was asked whether the link may move. */
export type Completed = { uid: string; displayName: string } & (
  | { kind: 'linked'; isAdmin: boolean; adminRightsUnused: boolean }
  | ({ kind: 'moving' } & Asked)
)

type Completion = {
  discordUserId: string
  code: string
  words: LinkWords
  requestId: string | null
}

type Attempt = ProvenAttempt & {
  state: 'open' | 'proven' | 'moving' | 'linked' | 'spent' | 'undone'
  expired: boolean
  triesLeft: number
  codeHash: Buffer | null
  memberId: string | null
}

/** How long an account waits after the last wrong code from a mail. */
const pauseS = 15 * 60

/**
 * Links the account that began, if it knows the code that the page showed or the mail brought. A wrong code gives its Refusal
 * back instead of throwing it, so that the used-up try is committed.
 * @throws {Refusal} CONFLICT (ALREADY_LINKED, LINK_NOT_PROVEN, LINK_EXPIRED, LINK_MOVING, MEMBER_GONE), NOT_FOUND (LINK_NOT_BEGUN).
 */
export async function completeLink(tx: Transaction, completion: Completion): Promise<Completed | Refusal> {
  const { discordUserId, words, requestId } = completion
  await lockAccount(tx, discordUserId)
  await refuseLinkedAccount(tx, discordUserId)
  // The person before the attempt, as when they are forgotten: else each could wait for the other.
  await holdPerson(tx, await personOfNewest(tx, discordUserId))
  const attempt = await newestAttempt(tx, discordUserId)
  const codeHash = hashOfCode(attempt.id, completion.code)
  // Nobody was sent the code of an attempt without one, and whoever types something learns no more than that it is wrong.
  if (attempt.codeHash === null || !timingSafeEqual(attempt.codeHash, codeHash))
    return useUpTry(tx, attempt, completion)
  const person = await holdPerson(tx, attempt.memberId)
  if (!person)
    throw new Refusal('CONFLICT', 'This person is not in the directory any more.', { reason: 'MEMBER_GONE' })
  const { uid, displayName } = person
  if (!(await makeLink(tx, { attempt, person, via: 'discord', words, requestId })))
    return {
      kind: 'moving',
      uid,
      displayName,
      ...(await askOwner(tx, { attempt, person, words, requestId })),
    }
  const adminRightsUnused = hasUnusedAdminRights(person, attempt)
  return {
    kind: 'linked',
    uid,
    displayName,
    isAdmin: person.isAdmin && !adminRightsUnused,
    adminRightsUnused,
  }
}

/** Whom the newest attempt is about, as far as that is known before it is held. */
async function personOfNewest(tx: Transaction, discordUserId: string): Promise<string | null> {
  const [newest] = await rows<{ memberId: string | null }>(
    tx,
    'select member_id from link_attempt where discord_user_id = :discordUserId order by created_at desc limit 1',
    { discordUserId },
  )
  return newest?.memberId ?? null
}

async function newestAttempt(tx: Transaction, discordUserId: string): Promise<Attempt> {
  const [attempt] = await rows<Attempt>(
    tx,
    `select id, discord_user_id, discord_name, locale, method, state, expires_at <= now() as expired, tries_left, code_hash,
       member_id
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
  if (attempt.state === 'moving')
    throw new Refusal(
      'CONFLICT',
      'The code was right. The account that is linked was asked to say yes; so was your mail, if you signed in on the page.',
      {
        reason: 'LINK_MOVING',
      },
    )
  return attempt
}

async function useUpTry(tx: Transaction, attempt: Attempt, completion: Completion): Promise<Refusal> {
  const triesLeft = attempt.triesLeft - 1
  const isPaused = triesLeft === 0 && attempt.method === 'mail'
  await rows(
    tx,
    `update link_attempt set tries_left = :triesLeft, state = case when :triesLeft = 0 then 'spent' else state end,
       expires_at = case when :isPaused then now() + make_interval(secs => :pauseS) else expires_at end
     where id = :id`,
    { id: attempt.id, triesLeft, isPaused, pauseS },
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
  return new Refusal('PERMISSION_DENIED', wrongCode(triesLeft, isPaused), {
    reason: 'CODE_WRONG',
    details: { triesLeft },
    ...(isPaused ? { retryAfterS: pauseS } : {}),
  })
}

function wrongCode(triesLeft: number, isPaused: boolean): string {
  if (triesLeft > 0) return `That is not the code. Tries left: ${triesLeft}.`
  const next = isPaused ? 'Wait a quarter of an hour, then type' : 'Type'
  return `That was not the code, and there are no tries left. ${next} /link to begin again.`
}
