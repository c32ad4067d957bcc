import { strikeSecrets } from '../rules/strike-secrets.ts'
import { type Database, type DatabaseOrTransaction, rows } from './database.ts'
import { newId } from './new-id.ts'

export type OutgoingMail = {
  id: string
  leaseToken: string
  attempts: number
  /** Seconds since it was written. */
  ageS: number
  toAddress: string
  subject: string
  textBody: string
  htmlBody: string | null
}

export type OutgoingNotice = {
  id: string
  leaseToken: string
  attempts: number
  /** Seconds since it was written. */
  ageS: number
  kind: string
  destinationKind: 'member' | 'channel'
  destinationId: string
  /** The incident whose message it is; what that says is read when it is sent. */
  incidentId: string | null
  body: Record<string, unknown>
}

/** A deliverer that dies leaves what it had in hand to the next one after this long; no sending takes longer. */
const claimS = 120

/** Takes the mail that is due longest; nobody else gets it for two minutes. Null when none is due. */
export async function claimMail(db: Database): Promise<OutgoingMail | null> {
  return claim<OutgoingMail>(
    db,
    'mail',
    'id, lease_token, attempts, extract(epoch from now() - created_at)::float8 as age_s, to_address, subject, text_body, html_body',
  )
}

/** Takes the notice that is due longest; nobody else gets it for two minutes. Null when none is due. */
export async function claimNotice(db: Database): Promise<OutgoingNotice | null> {
  return claim<OutgoingNotice>(
    db,
    'notice',
    'id, lease_token, attempts, extract(epoch from now() - created_at)::float8 as age_s, kind, destination_kind, destination_id, incident_id, body',
  )
}

async function claim<Row>(db: Database, table: 'mail' | 'notice', columns: string): Promise<Row | null> {
  const [claimed] = await rows<Row>(
    db,
    `update ${table} set lease_token = :token, attempts = attempts + 1, due_at = now() + make_interval(secs => :claimS)
     where id in (select id from ${table} where state = 'queued' and due_at <= now() order by due_at limit 1 for update skip locked)
     returning ${columns}`,
    { token: newId(), claimS },
  )
  return claimed ?? null
}

/** What of the outbox is in hand, with its text. */
export type Outgoing =
  | Pick<OutgoingMail, 'id' | 'leaseToken' | 'textBody' | 'htmlBody'>
  | Pick<OutgoingNotice, 'id' | 'leaseToken' | 'body'>

/**
 * Records that it left, or that it never will, and strikes out of what is kept the codes and tokens that it brought. Only the
 * one who claimed it last may say so.
 */
export async function endOutgoing(
  db: DatabaseOrTransaction,
  table: 'mail' | 'notice',
  item: Outgoing,
  end: { state: 'sent'; messageId?: string } | { state: 'failed'; error: string },
): Promise<void> {
  const messageId = end.state === 'sent' && table === 'notice' ? (end.messageId ?? null) : null
  await rows(
    db,
    `update ${table} set state = :state, ended_at = now(), lease_token = null, error = :error
       ${table === 'notice' ? ', message_id = :messageId, body = :body' : ', text_body = :textBody, html_body = :htmlBody'}
     where id = :id and lease_token = :leaseToken`,
    {
      id: item.id,
      leaseToken: item.leaseToken,
      state: end.state,
      error: end.state === 'failed' ? end.error : null,
      messageId,
      ...struck(item),
    },
  )
}

const struck = (item: Outgoing) =>
  'body' in item
    ? { body: strikeSecrets(JSON.stringify(item.body)) }
    : {
        textBody: strikeSecrets(item.textBody),
        htmlBody: item.htmlBody === null ? null : strikeSecrets(item.htmlBody),
      }

/** Puts it back, due again after `inMs`. */
export async function postponeOutgoing(
  db: Database,
  table: 'mail' | 'notice',
  item: { id: string; leaseToken: string },
  { inMs, error }: { inMs: number; error: string },
): Promise<void> {
  await rows(
    db,
    `update ${table} set lease_token = null, due_at = now() + make_interval(secs => :inS), error = :error
     where id = :id and lease_token = :leaseToken`,
    { id: item.id, leaseToken: item.leaseToken, inS: inMs / 1000, error },
  )
}
