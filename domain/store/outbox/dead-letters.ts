import { deadLetterDays, type OutboxItem } from '../../contracts/outbox.ts'
import { secretKinds as kindsWithSecrets } from '../../rules/strike-secrets.ts'
import { byMail } from '../incidents/incident-notice.ts'
import { type Database, rows } from '../database.ts'

/** Not sent again: the secret that they brought was struck out, and without it they say nothing. */
const secretKinds = `(${kindsWithSecrets.map((kind) => `'${kind}'`).join(', ')})`

/**
 * A notice that failed, and that somebody still misses: its incident or topic was not pruned since, and it was not sent as a mail instead,
 * as it is to a member who takes no direct messages.
 */
const isDeadNotice = `n.state = 'failed' and case
  when n.kind = 'topic' then n.topic_id is not null
  when n.kind = 'alert' then n.incident_id is not null
  else coalesce(jsonb_typeof(n.body -> 'mail'), 'null') = 'null' end`

/** The condition of what may be sent again; `n` is a notice, `m` a mail. */
export const resendable = {
  notice: `${isDeadNotice} and n.kind not in ${secretKinds}`,
  mail: `m.state = 'failed' and m.kind not in ${secretKinds}`,
} as const

/** How many notices and mails became dead letters lately, as an expression. */
export const deadLetterCount = `((select count(*)::integer from notice n where ${isDeadNotice} and n.ended_at > now() - interval '${deadLetterDays} days')
  + (select count(*)::integer from mail m where m.state = 'failed' and m.ended_at > now() - interval '${deadLetterDays} days'))`

type Row = Omit<OutboxItem, 'to' | 'createdAt' | 'failedAt'> & {
  toKind: OutboxItem['to']['kind']
  toId: string
  createdAt: Date
  failedAt: Date | null
}

/** A page of what waits or could not be sent, newest first. `after` is the id that the page before ended with. */
export async function readOutbox(
  db: Database,
  page: { limit: number; after: string | null; state: OutboxItem['state'] },
): Promise<{ items: OutboxItem[]; next: string | null }> {
  const found = await rows<Row>(db, page.state === 'failed' ? ofFailed : ofQueued, page)
  const items = found.slice(0, page.limit).map(asItem)
  return { items, next: found.length > page.limit ? (items.at(-1)?.id ?? null) : null }
}

/**
 * Of each state by itself: few have it of all that there were, and an index knows just these. `offset 0` has them read before they are put in
 * order: going back through all that was sent, Postgres expects to come to a page of them soon.
 */
const pageOf = (state: OutboxItem['state']): string => `
  select * from (
     (select n.id, 'message' as type, n.kind, coalesce(i.words ->> 'subject', t.source || ' ' || t.event) as about,
        case n.destination_id when '${byMail}' then 'mail' else n.destination_kind end as to_kind,
        case n.destination_id when '${byMail}' then '' else n.destination_id end as to_id,
        n.state, n.attempts, n.error, n.state = 'failed' and n.kind not in ${secretKinds} as can_resend, n.created_at, n.ended_at as failed_at
      from (select * from notice where state = '${state}' offset 0) n
        left join incident i on i.id = n.incident_id left join topic t on t.id = n.topic_id
      where ${state === 'queued' ? 'true' : isDeadNotice} and (:after::uuid is null or n.id < :after::uuid)
      order by n.id desc limit :limit + 1)
     union all
     (select m.id, 'mail', m.kind, case when m.kind in ('alert', 'notice') then m.subject end, 'mail', m.to_address,
        m.state, m.attempts, m.error, m.state = 'failed' and m.kind not in ${secretKinds}, m.created_at, m.ended_at
      from (select * from mail where state = '${state}' offset 0) m where (:after::uuid is null or m.id < :after::uuid) order by m.id desc limit :limit + 1)
   ) both_kinds order by id desc limit :limit + 1`

const ofQueued = pageOf('queued')
const ofFailed = pageOf('failed')

function asItem({ toKind, toId, createdAt, failedAt, ...item }: Row): OutboxItem {
  return {
    ...item,
    to: { kind: toKind, id: toId },
    createdAt: createdAt.toISOString(),
    failedAt: failedAt?.toISOString() ?? null,
  }
}
