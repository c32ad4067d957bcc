import { type Database, rows } from './database.ts'
import { newId } from './new-id.ts'

export type OutgoingMail = {
  id: string
  leaseToken: string
  attempts: number
  toAddress: string
  subject: string
  textBody: string
  htmlBody: string | null
}

export type OutgoingNotice = {
  id: string
  leaseToken: string
  attempts: number
  kind: string
  destinationKind: 'member' | 'channel'
  destinationId: string
  incidentKey: string | null
  body: Record<string, unknown>
}

/** A deliverer that dies leaves its letters to the next one after this long. */
const claimS = 60
const claimAtOnce = 10

/** Takes up to ten due mails; nobody else gets them for a minute. */
export async function claimMail(db: Database): Promise<OutgoingMail[]> {
  return claim<OutgoingMail>(
    db,
    'mail',
    'id, lease_token, attempts, to_address, subject, text_body, html_body',
  )
}

/** Takes up to ten due notices; nobody else gets them for a minute. */
export async function claimNotices(db: Database): Promise<OutgoingNotice[]> {
  return claim<OutgoingNotice>(
    db,
    'notice',
    'id, lease_token, attempts, kind, destination_kind, destination_id, incident_key, body',
  )
}

async function claim<Row>(db: Database, table: 'mail' | 'notice', columns: string): Promise<Row[]> {
  return rows<Row>(
    db,
    `update ${table} set lease_token = :token, attempts = attempts + 1, due_at = now() + make_interval(secs => :claimS)
     where id in (select id from ${table} where state = 'queued' and due_at <= now() order by due_at limit :claimAtOnce for update skip locked)
     returning ${columns}`,
    { token: newId(), claimS, claimAtOnce },
  )
}

/** Records that it left, or that it never will. Only the one who claimed it last may say so. */
export async function endOutgoing(
  db: Database,
  table: 'mail' | 'notice',
  item: { id: string; leaseToken: string },
  end: { state: 'sent'; messageId?: string } | { state: 'failed'; error: string },
): Promise<void> {
  const messageId = end.state === 'sent' && table === 'notice' ? (end.messageId ?? null) : null
  await rows(
    db,
    `update ${table} set state = :state, ended_at = now(), lease_token = null, error = :error
       ${table === 'notice' ? ', message_id = :messageId' : ''}
     where id = :id and lease_token = :leaseToken`,
    {
      id: item.id,
      leaseToken: item.leaseToken,
      state: end.state,
      error: end.state === 'failed' ? end.error : null,
      messageId,
    },
  )
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
