import { bringsSecret, strikeSecrets } from '../../rules/strike-secrets.ts'
import { type Database, type DatabaseOrTransaction, rows } from '../database.ts'
import { newId } from '../new-id.ts'

export type OutgoingMail = {
  id: string
  kind: string
  leaseToken: string
  attempts: number
  /** Seconds since it was written. */
  ageS: number
  /** The language of the member whom it goes to; null: to none, or none that was ever linked. */
  locale: string | null
  toAddress: string
  subject: string
  textBody: string
  htmlBody: string | null
}

/** A worker that dies leaves what it had in hand to the next one after this long; no sending takes longer. */
const claimS = 180

/** Of the mail server, as of every destination, it is kept whether it takes anything. */
const mailServer = { kind: 'mail', server: 'server' }
const isMailServer = 'kind = :kind and id = :server'

/** Takes the mail that is due longest; nobody else gets it meanwhile. Null when none is due, or while the server is left alone. */
export async function claimMail(db: Database): Promise<OutgoingMail | null> {
  const [claimed] = await rows<OutgoingMail>(
    db,
    `update mail set lease_token = :token, attempts = attempts + 1, due_at = now() + make_interval(secs => :claimS)
     where id in (
       select id from mail where state = 'queued' and due_at <= now()
         and not exists (select 1 from destination where ${isMailServer} and resume_at > now())
       order by due_at limit 1 for update skip locked)
     returning id, kind, lease_token, attempts, extract(epoch from now() - created_at)::float8 as age_s,
       (select k.locale from discord_link k where k.member_id = mail.member_id and mail.kind <> 'notice' order by k.linked_at desc limit 1) as locale,
       to_address, subject, text_body, html_body`,
    { token: newId(), claimS, ...mailServer },
  )
  return claimed ?? null
}

/** An answer about one mail shows that the server takes mail. */
const serverAnswers = `with answers as (update destination set failures = 0 where ${isMailServer} and failures > 0)`

/**
 * Records that it left, or that it never will, and strikes out of what is kept the codes and tokens that it brought; one that failed and
 * brought none may be sent again as it is. Only the one who claimed it last may say so.
 */
export async function endMail(
  db: DatabaseOrTransaction,
  { id, kind, leaseToken, textBody, htmlBody }: OutgoingMail,
  end: { state: 'sent' } | { state: 'failed'; error: string },
): Promise<void> {
  const kept = end.state === 'sent' || bringsSecret(kind) ? strikeSecrets : (text: string) => text
  await rows(
    db,
    `${serverAnswers}
     update mail set state = :state, ended_at = now(), lease_token = null, error = :error, text_body = :textBody, html_body = :htmlBody
     where id = :id and lease_token = :leaseToken`,
    {
      id,
      leaseToken,
      state: end.state,
      error: end.state === 'failed' ? end.error : null,
      textBody: kept(textBody),
      htmlBody: htmlBody === null ? null : kept(htmlBody),
      ...mailServer,
    },
  )
}

/** Puts it back, due again after `inMs`; the others are sent meanwhile. */
export async function postponeMail(
  db: Database,
  { id, leaseToken }: OutgoingMail,
  { inMs, error }: { inMs: number; error: string },
): Promise<void> {
  await rows(
    db,
    `${serverAnswers}
     update mail set lease_token = null, due_at = now() + make_interval(secs => :inS), error = :error
     where id = :id and lease_token = :leaseToken`,
    { id, leaseToken, inS: inMs / 1000, error, ...mailServer },
  )
}

/** How long a server that takes nothing is left alone at first and at most, in seconds. */
const firstRestS = 1
const mostRestS = 60

/**
 * Puts it back as if it had not been tried, and leaves the server alone for a while: all mail waits, twice as long each time. Those
 * who find it away at the same time are one time.
 */
export async function restMail(db: Database, { id, leaseToken }: OutgoingMail, error: string): Promise<void> {
  await rows(
    db,
    `with rest as (
       insert into destination (kind, id, failures, resume_at)
       values (:kind, :server, 1, now() + make_interval(secs => :firstRestS))
       on conflict (kind, id) do update set failures = destination.failures + 1,
         resume_at = now() + make_interval(
           secs => least(:mostRestS, :firstRestS * 2 ^ least(destination.failures, 16)) * (1 + random() / 4))
       where destination.resume_at <= now())
     update mail set lease_token = null, attempts = attempts - 1, due_at = now(), error = :error
     where id = :id and lease_token = :leaseToken`,
    { id, leaseToken, error, firstRestS, mostRestS, ...mailServer },
  )
}

/** In how many milliseconds there is something to try; null when no mail waits. */
export async function nextMailInMs(db: Database): Promise<number | null> {
  const [next] = await rows<{ inMs: number | null }>(
    db,
    `select 1000 * extract(epoch from greatest(
       min(due_at), (select resume_at from destination where ${isMailServer})) - now())::float8 as in_ms
     from mail where state = 'queued'`,
    mailServer,
  )
  return next?.inMs ?? null
}
