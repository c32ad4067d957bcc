import { rows, type Transaction } from '../database.ts'
import { newId } from '../new-id.ts'

/** Where a mail goes; without an address nowhere. */
export type Recipient = { memberId: string | null; toAddress: string | null }

type Letter = { subject: string; textBody: string; htmlBody: string | null }

/** Puts a letter into the outbox. For nobody it does nothing, by the same statement. */
export async function queueMail(
  tx: Transaction,
  { kind, memberId, toAddress, ...letter }: { kind: string } & Recipient & Letter,
): Promise<void> {
  const { subject, textBody, htmlBody } = letter
  await rows(
    tx,
    `with fresh as (
       insert into mail (id, kind, member_id, to_address, subject, text_body, html_body)
       select :id::uuid, :kind::text, :memberId::uuid, :toAddress::text, :subject::text, :textBody::text, :htmlBody::text
       where :toAddress::text is not null returning id)
     select pg_notify('outbox', '') from fresh`,
    { id: newId(), kind, memberId, toAddress, subject, textBody, htmlBody },
  )
}

/** A mail without any dress, as a notice keeps the one that goes out in its place. */
export type PlainMail = {
  /** A notice that waits since an older version names none. */
  kind?: 'change-ended' | 'asked' | 'alert' | 'notice' | 'link.ended' | 'link.leaving'
  memberId: string | null
  to: string
  subject: string
  text: string
}

/** Puts a plain mail into the outbox: it gets its dress (HTML) when it leaves. */
export async function queuePlainMail(
  tx: Transaction,
  { kind = 'change-ended', memberId, to, subject, text }: PlainMail,
): Promise<void> {
  await queueMail(tx, { kind, memberId, toAddress: to, subject, textBody: text, htmlBody: null })
}
