import type { Words } from '../contracts/notice.ts'
import { type Database, rows } from './database.ts'
import { newId } from './new-id.ts'
import { type PlainMail, queuePlainMail } from './queue-mail.ts'

/** What admins are told of an incident. `key` names the incident: while it lasts, they are told once. */
export type Alert = Words & { key: string }

/** Where alerts go: a channel, else a mail address, else nowhere but the log. The mail also stands in for a refused message. */
export type AlertTo = { channelId: string | null; mailTo: string | null }

export type Alerting = {
  db: Database
  alertTo: AlertTo
  log: { error(details: object, message: string): void }
}

/** Begins an incident and puts the alert of it into the outbox, unless the incident lasts already. Never throws. */
export async function raiseAlert({ db, alertTo, log }: Alerting, alert: Alert): Promise<void> {
  const { key, subject, text } = alert
  const { channelId, mailTo } = alertTo
  if (channelId === null && mailTo === null)
    return log.error({ incident: key, alert: text }, `${subject}. No channel or address is set for alerts.`)
  try {
    await (channelId === null
      ? mailAlert(db, alert, mailTo ?? '')
      : postAlert(db, alert, { channelId, mailTo }))
  } catch (error) {
    log.error({ err: error, incident: key, alert: text }, `${subject}. The alert could not be written.`)
  }
}

async function postAlert(
  db: Database,
  { key, content, subject, text }: Alert,
  { channelId, mailTo }: { channelId: string; mailTo: string | null },
): Promise<void> {
  const mail = mailTo === null ? null : mailOf({ subject, text }, mailTo)
  await rows(
    db,
    `with incident as (
       insert into notice (id, kind, destination_kind, destination_id, incident_key, body)
       values (:id, 'alert', 'channel', :channelId, :key, :body) on conflict do nothing returning id)
     select pg_notify('outbox', '') from incident`,
    { id: newId(), channelId, key, body: JSON.stringify({ content, mail }) },
  )
}

/** The incident is a notice here too, one that has left by mail. */
async function mailAlert(db: Database, alert: Alert, mailTo: string): Promise<void> {
  const { key, content } = alert
  await db.transaction(async (tx) => {
    const [begun] = await rows(
      tx,
      `insert into notice (id, kind, destination_kind, destination_id, incident_key, body, state, ended_at)
       values (:id, 'alert', 'channel', 'mail', :key, :body, 'sent', now()) on conflict do nothing returning id`,
      { id: newId(), key, body: JSON.stringify({ content }) },
    )
    if (begun) await queuePlainMail(tx, mailOf(alert, mailTo))
  })
}

const mailOf = ({ subject, text }: Pick<Words, 'subject' | 'text'>, to: string): PlainMail => ({
  kind: 'alert',
  memberId: null,
  to,
  subject,
  text,
})
