import type { DatabaseOrTransaction } from '../../domain/store/database.ts'
import { type Mailed, noteMailed, readRefusedAlerts } from '../../domain/store/outbox/destination-refused.ts'
import { placeIncident } from '../../domain/store/incidents/incident-place.ts'
import { type PlainMail, queuePlainMail } from '../../domain/store/outbox/queue-mail.ts'
import { readIncidentOfNotice, type ToldIncident } from '../../domain/store/incidents/read-incidents.ts'
import { readLocale } from '../../domain/store/installation/read-locale.ts'
import { lastedS, wordOver } from '../../texts/incident-message.ts'
import type { WorkerContext } from '../context.ts'

type Means = Pick<WorkerContext, 'alertTo'>

/** What was over before anybody could read of it is not worth a second mail. */
const mailAfterS = 60

/** Of these the address for alerts reads in any case: Discord itself may keep them from being read, or nothing knows what was said. */
const isMailedToo = ({ kind }: ToldIncident) => kind === 'discord-undeliverable' || kind === 'postgres-away'

/** Whoever a rule names read by mail that it began; `byDefault`: so did the address for alerts. */
export async function endMails(
  { alertTo }: Means,
  db: DatabaseOrTransaction,
  incident: ToldIncident,
  { mailed, byDefault }: { mailed: Mailed; byDefault: 'no' | 'yes' | 'unless a rule names others' },
): Promise<PlainMail[]> {
  if (incident.state !== 'resolved' || lastedS(incident) <= mailAfterS || mailed === 'over') return []
  const { mailTo } = await placeIncident(db, incident.kind, alertTo)
  const reads =
    byDefault === 'unless a rule names others'
      ? mailTo.length === 0
      : byDefault === 'yes' || mailed === 'began' || isMailedToo(incident)
  const also = reads && alertTo.mailTo !== null ? [alertTo.mailTo] : []
  const ending = wordOver(incident, await readLocale(db))
  return [...new Set([...mailTo, ...also])].map((to) => mailOf(to, ending))
}

/** The mails that go out in place of a message that Discord refuses, and what they say: how it is now. */
export async function mailsInstead(
  means: Means,
  db: DatabaseOrTransaction,
  incident: ToldIncident,
  { mailed, isShown }: { mailed: Mailed; isShown: boolean },
): Promise<{ mails: PlainMail[]; mailed: Mailed }> {
  if (incident.state === 'resolved')
    return {
      mails: await endMails(means, db, incident, { mailed, byDefault: isShown ? 'no' : 'yes' }),
      mailed: 'over',
    }
  if (isShown || mailed !== null) return { mails: [], mailed }
  const { mailTo } = means.alertTo
  const isUnsaid = mailTo !== null && incident.kind !== 'discord-undeliverable'
  return { mails: isUnsaid ? [mailOf(mailTo, incident)] : [], mailed: 'began' }
}

/** Nobody waits for a channel that refuses everything: what it does not show is said by mail at once. */
export async function mailRefused(context: WorkerContext): Promise<void> {
  const { db } = context
  for (const alert of await readRefusedAlerts(db)) {
    const told = await readIncidentOfNotice(db, alert.id)
    if (told === null) continue
    await db.transaction(async (tx) => {
      const { mails, mailed } = await mailsInstead(context, tx, told.incident, alert)
      if (!(await noteMailed(tx, alert, mailed))) return
      for (const mail of mails) await queuePlainMail(tx, mail)
    })
  }
}

const mailOf = (to: string, { subject, text }: { subject: string; text: string }): PlainMail => ({
  kind: 'alert',
  memberId: null,
  to,
  subject,
  text,
})
