import { type Database, rows } from '../database.ts'
import { type Destination, destinationLeaseS } from './destination.ts'
import { theseInOrder } from './in-order.ts'
import type { NoticeBody } from './notice-body.ts'

/** A notice that is due, as the one who sends it sees it. */
export type WaitingNotice = {
  id: string
  leaseToken: string
  /** How often it was tried before. */
  attempts: number
  createdAt: Date
  /** Seconds since then. */
  ageS: number
  kind: string
  destinationKind: 'member' | 'channel'
  destinationId: string
  incidentId: string | null
  topicId: string | null
  body: NoticeBody
  mention: string | null
  revision: number
  /** 0: it was never told. */
  sentRevision: number
  /** The message that shows it; null when there is none, or none of its own. */
  messageId: string | null
  /** Since when it is not known whether Discord took it, and how many seconds that is. */
  doubtfulSince: Date | null
  doubtfulForS: number | null
  /** What Discord may have taken meanwhile: fingerprints of the messages, and the nonce of those that it was shown with. */
  tried: { prints: string[]; digest: string | null }
}

type Row = Omit<WaitingNotice, 'leaseToken' | 'tried'> & {
  tried: NoticeBody['tried'] | null
}

/** The column `body` with `:print` added to `tried.prints`, the fingerprints of messages that Discord may have taken; an SQL expression. */
export const withPrint = `case when body -> 'tried' -> 'prints' @> to_jsonb(:print::text) then body
  else body || jsonb_build_object('tried', coalesce(body -> 'tried', '{}')
    || jsonb_build_object('prints', coalesce(body -> 'tried' -> 'prints', '[]') || to_jsonb(:print::text))) end`

/** So many are looked at to see which ones go together. */
const headLength = 20

/** The first ones that are due at a destination, in order; keeps the lease, and gives none where it was lost. */
export async function readHead(
  db: Database,
  { kind, id, leaseToken }: Destination,
  except: readonly string[],
): Promise<WaitingNotice[]> {
  const found = await rows<Row>(
    db,
    `with renewed as (
       update destination set lease_until = now() + interval '${destinationLeaseS} seconds'
       where kind = :kind and id = :id and lease_token = :leaseToken returning 1)
     select n.id, n.attempts, n.created_at, extract(epoch from now() - n.created_at)::float8 as age_s, n.kind, n.destination_kind, n.destination_id,
       n.incident_id, n.topic_id, n.body, n.mention, n.revision, n.sent_revision,
       case when not n.in_digest then n.message_id end as message_id,
       n.doubtful_since, extract(epoch from now() - n.doubtful_since)::float8 as doubtful_for_s, n.body -> 'tried' as tried
     from notice n
     where exists (select 1 from renewed) and n.destination_kind = :kind and n.destination_id = :id
       and n.state = 'queued' and n.due_at <= now() and n.id <> all(:except::uuid[])
     order by n.position limit ${headLength}`,
    { kind, id, leaseToken, except: [...except] },
  )
  return found.map(({ tried, ...notice }) => ({
    ...notice,
    leaseToken,
    tried: { prints: tried?.prints ?? [], digest: tried?.digest ?? null },
  }))
}

/**
 * Takes notices in hand, right before they are sent. Should nobody say what became of them, it is in doubt whether those without a
 * message were taken. `digest`: the nonce under which they are shown together. False when one of them is gone or somebody else's.
 */
export async function takeNotices(
  db: Database,
  notices: readonly WaitingNotice[],
  digest: string | null,
): Promise<boolean> {
  const [first] = notices
  if (!first) return true
  const taken = await rows(
    db,
    `with ${theseInOrder}
     update notice set lease_token = :leaseToken, attempts = attempts + 1,
       doubtful_since = case when message_id is null or in_digest then coalesce(doubtful_since, now())
         else doubtful_since end,
       body = case when :digest::text is null then body
         else body || jsonb_build_object('tried', coalesce(body -> 'tried', '{}') || jsonb_build_object('digest', :digest::text)) end
     from these where notice.id = these.id and state = 'queued' and exists (
       select 1 from destination where kind = :kind and id = :id and lease_token = :leaseToken and lease_until > now())
     returning 1`,
    {
      ids: notices.map(({ id }) => id),
      leaseToken: first.leaseToken,
      digest,
      kind: first.destinationKind,
      id: first.destinationId,
    },
  )
  return taken.length === notices.length
}

/**
 * Right before words are posted that show these notices: keeps the lease, and the fingerprint of the words, by which the message is known again
 * should nobody say what became of it. False when somebody else has them in hand by now.
 */
export async function notePost(
  db: Database,
  notices: readonly WaitingNotice[],
  print: string,
): Promise<boolean> {
  const [first] = notices
  if (!first) return false
  const noted = await rows(
    db,
    `with renewed as (
       update destination set lease_until = now() + interval '${destinationLeaseS} seconds'
       where kind = :kind and id = :id and lease_token = :leaseToken returning 1),
     ${theseInOrder}
     update notice set doubtful_since = coalesce(doubtful_since, now()), body = ${withPrint}
     from these where notice.id = these.id and state = 'queued' and lease_token = :leaseToken and exists (select 1 from renewed)
     returning 1`,
    {
      ids: notices.map(({ id }) => id),
      leaseToken: first.leaseToken,
      kind: first.destinationKind,
      id: first.destinationId,
      print,
    },
  )
  return noted.length === notices.length
}
