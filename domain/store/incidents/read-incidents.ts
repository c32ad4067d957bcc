import type { Incident, IncidentAction, IncidentState } from '../../contracts/incident.ts'
import type { Words } from '../../contracts/notice.ts'
import { lateS } from '../../rules/late.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

type Row = Omit<
  Incident,
  'subject' | 'text' | 'actions' | 'beganAt' | 'lastAt' | 'acknowledgedAt' | 'resolvedAt'
> & {
  words: Words
  actions: Incident['actions']
  beganAt: Date
  lastAt: Date
  acknowledgedAt: Date | null
  resolvedAt: Date | null
}

/** The list of a drift: its audit entry is about that. */
const driftList = `(select x.list_id::text from drift x where x.id = case i.kind when 'drift' then i.subject_id::uuid end)`

/** Who decided an incident, or, elsewhere than in its message, the hold or the drift that it is about: the audit says so. */
const decider = `(select d.uid from member d where d.id = (
  select a.actor_id::uuid from audit_entry a
  where a.subject_id in (i.id::text, i.subject_id, ${driftList}) and a.actor_kind = 'member'
    and i.outcome in ('approved', 'denied', 'reverted', 'retried')
    and (a.event in ('hold.approved', 'hold.denied') or a.event = 'drift.reverted' and a.details ->> 'drift' = i.subject_id
      or a.event = 'incident.decided' and a.outcome <> 'acknowledge')
  order by a.at desc limit 1))`

const columns = `i.id, i.kind, i.words, i.state, i.count, i.revision, i.actions, i.outcome, ${decider} as decided_by, i.began_at, i.last_at,
  m.uid as acknowledged_by, i.acknowledged_at, i.resolved_at`
const source = 'incident i left join member m on m.id = i.acknowledged_by'

/** An incident with its words for Discord. `isCut`: its text says more than they do. `opens`: the address of what it is about. */
export type ToldIncident = Incident & { content: string; isCut: boolean; opens: string | null }

/** A page of incidents, newest first. `after` is the id that the page before ended with. */
export async function readIncidents(
  db: DatabaseOrTransaction,
  page: { limit: number; after: string | null; state: IncidentState | null },
): Promise<{ items: Incident[]; next: string | null }> {
  const found = await rows<Row>(db, pageOf(page.state), page)
  const items = found.slice(0, page.limit).map(asIncident)
  return { items, next: found.length > page.limit ? (items.at(-1)?.id ?? null) : null }
}

/** Few last, and an index knows just these. */
const pageOf = (state: IncidentState | null): string => `
  select ${columns} from ${source}
  where (:state::text is null or i.state = :state) ${state === null || state === 'resolved' ? '' : `and i.state <> 'resolved'`}
    and (:after::uuid is null or i.id < :after::uuid)
  order by i.id desc limit :limit + 1`

/** Those that last, newest first, trouble before what only waits for somebody. */
export async function readLastingIncidents(db: DatabaseOrTransaction, limit: number): Promise<Incident[]> {
  const found = await rows<Row>(
    db,
    `select ${columns} from ${source} where i.state <> 'resolved' order by i.kind = 'requests-waiting', i.id desc limit :limit`,
    { limit },
  )
  return found.map(asIncident)
}

export async function readIncident(db: DatabaseOrTransaction, id: string): Promise<Incident | null> {
  const [found] = await rows<Row>(db, `select ${columns} from ${source} where i.id = :id`, { id })
  return found ? asIncident(found) : null
}

/** `isLate`: it began so long ago that whoever reads of it now must be told. */
type Shown = { key: string; messageId: string | null; isLate: boolean }

/** What the message of a notice says by now, and which revision of it that is. */
export async function readIncidentOfNotice(
  db: DatabaseOrTransaction,
  noticeId: string,
): Promise<(Shown & { incident: ToldIncident; revision: number }) | null> {
  const [found] = await rows<Row & Shown & { noticeRevision: number; guildId: string | null }>(
    db,
    `select ${columns}, i.key, n.revision as notice_revision, n.message_id, i.began_at < now() - interval '${lateS} seconds' as is_late,
       (select guild_id from installation) as guild_id
     from notice n join ${source} on true where n.id = :noticeId and i.id = n.incident_id`,
    { noticeId },
  )
  if (!found) return null
  const { key, noticeRevision, messageId, isLate, words, guildId } = found
  const opens = addressOf(guildId, words.channelId)
  const incident = { ...asIncident(found), content: words.content, isCut: words.isCut === true, opens }
  return { incident, key, revision: noticeRevision, messageId, isLate }
}

const addressOf = (guildId: string | null, channelId: string | undefined): string | null =>
  guildId === null || channelId === undefined ? null : `https://discord.com/channels/${guildId}/${channelId}`

/** What an admin may do now: acknowledge what nobody has, and decide what waits for it, as long as it lasts. */
const offered = (state: IncidentState, actions: readonly IncidentAction[]): IncidentAction[] => {
  if (state === 'resolved') return []
  return state === 'open' ? ['acknowledge', ...actions] : [...actions]
}

function asIncident(row: Row): Incident {
  const { id, kind, words, state, count, revision, outcome, decidedBy, acknowledgedBy } = row
  return {
    id,
    kind,
    subject: words.subject,
    text: words.text,
    state,
    count,
    revision,
    actions: offered(state, row.actions),
    outcome,
    decidedBy,
    beganAt: row.beganAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    acknowledgedBy,
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
  }
}

/** Keys of incidents that tell of what has happened once, a week after it was last seen. */
export async function readForgotten(
  db: DatabaseOrTransaction,
): Promise<{ acknowledged: string[]; open: string[] }> {
  const found = await rows<{ key: string; state: IncidentState }>(
    db,
    `select key, state from incident
     where kind in ('change-failed', 'list-entry-failed', 'drift') and state <> 'resolved' and last_at < now() - interval '7 days'`,
  )
  const of = (state: IncidentState) => found.filter((one) => one.state === state).map(({ key }) => key)
  return { acknowledged: of('acknowledged'), open: of('open') }
}

/** For how many seconds the incident of this key has lasted; 0 where none does. */
export async function readLastingForS(db: DatabaseOrTransaction, key: string): Promise<number> {
  const [lasting] = await rows<{ seconds: number }>(
    db,
    `select extract(epoch from now() - began_at)::float8 as seconds from incident where key = :key and state <> 'resolved'`,
    { key },
  )
  return lasting?.seconds ?? 0
}

/** Whether an incident of this key has ended in the last few seconds. */
export async function wasOverWithin(
  db: DatabaseOrTransaction,
  key: string,
  seconds: number,
): Promise<boolean> {
  const found = await rows(
    db,
    `select 1 from incident
     where key = :key and state = 'resolved' and resolved_at > now() - make_interval(secs => :seconds) limit 1`,
    { key, seconds },
  )
  return found.length > 0
}
