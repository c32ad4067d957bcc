import type { IncidentAction, IncidentKind } from '../../contracts/incident.ts'
import type { Words } from '../../contracts/notice.ts'
import { within } from '../../rules/within.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import { beginNotice, renewNotice } from './incident-notice.ts'
import { placeIncident } from './incident-place.ts'
import { lockIncidentKey } from './lock-incident-key.ts'
import { isNewsOfHold } from '../holds/news-of-hold.ts'
import { newId } from '../new-id.ts'
import { queuePlainMail } from '../outbox/queue-mail.ts'

/**
 * What admins are told of an incident. `key` names it: while it lasts, they are told in one message. `actions` are what an admin
 * may decide there about what `subjectId` names (a hold, a change, a drift); acknowledging is always among them.
 */
export type Alert = Words & {
  key: string
  kind: IncidentKind
  subjectId?: string | null
  actions?: readonly Exclude<IncidentAction, 'acknowledge'>[]
  /** The hold that it is about, as its words show it: nothing is said once it does not wait any more. */
  hold?: { id: string; revision: number }
  /** The changes that its words name, where somebody decides about them. */
  requestIds?: readonly string[]
  /** Whether it is to be told at all, asked while nobody else tells of it or ends it; of what has happened once, noting that it is told now. */
  isNews?: (tx: Transaction) => Promise<boolean>
}

/** Where alerts go: a channel, else a mail address, else nowhere but the log. The mail also stands in for a refused message. */
export type AlertTo = { channelId: string | null; mailTo: string | null }

/** How admins are told while Postgres is away. */
export type StraightAlerts = {
  /** Says each once while it lasts; to be called again now and then as long as it does. False when nobody could be told. Never throws. */
  say(alert: Alert): Promise<boolean>
  /** What was said and is not on record yet. */
  unrecorded(): readonly { alert: Alert; saidAt: Date }[]
  recorded(key: string): Promise<void>
}

export type Alerting = {
  db: Database
  alertTo: AlertTo
  log: { error(details: object, message: string): void }
  /** Without it an alert that can't be written stays in the log. */
  straight?: StraightAlerts
}

/** Whoever raises an alert has something else to do. */
export const alertDeadlineMs = 5000

/**
 * Begins an incident, or counts that it was seen again, and lets its message say so. Without Postgres the admins are told
 * straight away. Never throws.
 */
export async function raiseAlert(alerting: Alerting, alert: Alert): Promise<void> {
  const { log, straight } = alerting
  try {
    await within(alertDeadlineMs, async () => {
      await recordSaid(alerting)
      await writeIncident(alerting, alert, null)
    })
  } catch (error) {
    const { key, subject, text } = alert
    log.error({ err: error, incident: key, alert: text }, `${subject}. The alert could not be written.`)
    await straight?.say(alert)
  }
}

/** Puts on record what was said while there was no Postgres. @throws what Postgres throws. */
export async function recordSaid(alerting: Alerting): Promise<void> {
  const { straight } = alerting
  for (const { alert, saidAt } of straight?.unrecorded() ?? []) {
    await writeIncident(alerting, alert, saidAt)
    await straight?.recorded(alert.key)
  }
}

/**
 * What nobody decides on may be acknowledged whatever its numbers are by now; what an admin decides on is another thing with
 * every word that differs.
 */
const isAnother = `case when incident.actions = '{}' and excluded.actions = '{}'
  then regexp_replace(incident.words ->> 'content', '\\d+', '', 'g')
    <> regexp_replace(excluded.words ->> 'content', '\\d+', '', 'g')
  else (incident.words, incident.actions, incident.subject_id, incident.subject_revision, incident.request_ids)
    is distinct from (excluded.words, excluded.actions, excluded.subject_id, excluded.subject_revision, excluded.request_ids) end`

type Written = { id: string; isFresh: boolean; hasNewWords: boolean }

/** `saidAt`: when it was said without being on record; one that is over since then stays over. */
async function writeIncident(alerting: Alerting, alert: Alert, saidAt: Date | null): Promise<void> {
  const {
    key,
    kind,
    subjectId = null,
    actions = [],
    hold,
    requestIds,
    isNews,
    content,
    subject,
    text,
    isCut = false,
    channelId,
  } = alert
  await alerting.db.transaction(async (tx) => {
    if (hold !== undefined && !(await isNewsOfHold(tx, key, hold, { content, subject, text }))) return
    if (saidAt !== null || isNews !== undefined) await waitForOthers(tx, key)
    // What was said already is put on record whoever was first.
    if (isNews !== undefined && !(await isNews(tx)) && saidAt === null) return
    const [written] = await rows<Written>(
      tx,
      `insert into incident (id, key, kind, subject_id, subject_revision, actions, words, request_ids, began_at)
       select :id::uuid, :key::text, :kind::text, :subjectId::text, :subjectRevision::integer, :actions::text[], :words::jsonb, :requestIds::uuid[],
         coalesce(:saidAt::timestamptz, now())
       where :saidAt::timestamptz is null
         or not exists (select 1 from incident where key = :key and resolved_at >= :saidAt::timestamptz)
       on conflict (key) where state <> 'resolved' do update
         set count = incident.count + (excluded.request_ids is null)::integer, last_at = now(), words = excluded.words, actions = excluded.actions,
             subject_id = excluded.subject_id, subject_revision = excluded.subject_revision, request_ids = excluded.request_ids, revision = incident.revision + (${isAnother})::integer
       returning id, id = :id::uuid as is_fresh,
         (select revision from incident before where before.id = incident.id) is distinct from revision as has_new_words`,
      {
        id: newId(),
        key,
        kind,
        subjectId,
        subjectRevision: hold?.revision ?? null,
        actions: [...actions],
        requestIds: requestIds === undefined ? null : [...requestIds],
        words: JSON.stringify({ content, subject, text, ...(isCut ? { isCut } : {}), channelId }),
        saidAt,
      },
    )
    if (!written) return
    if (written.isFresh) await tell(tx, alerting, written.id, alert, saidAt === null)
    else await renewNotice(tx, written.id, written.hasNewWords ? 'other words' : 'seen again')
  })
}

/**
 * Several processes say the same, or have said it and put it on record, at the same time: one after the other, and none while another one is ending
 * it, or its end would not be seen and it would begin anew.
 */
async function waitForOthers(tx: Transaction, key: string): Promise<void> {
  await lockIncidentKey(tx, key)
  await rows(tx, `select 1 from incident where key = :key and state <> 'resolved' for update`, { key })
}

/**
 * Leaves it to the outbox, to the places that the rules name. What was said straight is told on where it was said, and its mail has left
 * with it.
 */
async function tell(
  tx: Transaction,
  { alertTo, log }: Alerting,
  incidentId: string,
  { key, kind, subject, text }: Alert,
  isUnsaid: boolean,
): Promise<void> {
  const { channelId, mailTo } = alertTo
  if (!isUnsaid && (channelId !== null || mailTo !== null))
    return beginNotice(tx, incidentId, channelId === null ? null : { id: channelId, mention: null })
  const places = await placeIncident(tx, kind, alertTo)
  if (places.channel === null && places.mailTo.length === 0) {
    const why =
      places.rules.length === 0
        ? 'No channel or address is set for alerts.'
        : 'A rule keeps it from every place.'
    log.error({ incident: key, alert: text }, `${subject}. ${why}`)
    return
  }
  await beginNotice(tx, incidentId, places.channel)
  // The one alert that Discord itself may keep from being read.
  const alsoTo = kind === 'discord-undeliverable' && mailTo !== null ? [mailTo] : []
  for (const to of new Set([...places.mailTo, ...alsoTo]))
    await queuePlainMail(tx, { kind: 'alert', memberId: null, to, subject, text })
}
