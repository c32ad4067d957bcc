import { claimMail, claimNotice, endOutgoing, type OutgoingMail } from '../../domain/store/outbox.ts'
import type { WorkerContext } from '../context.ts'
import { notSent } from './not-sent.ts'
import { sendNotice } from './send-notice.ts'
import { tellIncident } from './tell-incident.ts'

/** Sends whatever is due, mail and Discord messages, until nothing is. */
export async function deliverOutbox(context: WorkerContext): Promise<void> {
  await Promise.all([
    deliver(context, claimMail, sendMail),
    deliver(context, claimNotice, (_, notice) =>
      notice.incidentId === null
        ? sendNotice(context, notice)
        : tellIncident(context, notice, () => deliverOutbox(context)),
    ),
  ])
}

async function deliver<Item>(
  context: WorkerContext,
  claim: (db: WorkerContext['db']) => Promise<Item | null>,
  send: (context: WorkerContext, item: Item) => Promise<void>,
): Promise<void> {
  while (!context.stopping.aborted) {
    const item = await claim(context.db)
    if (item === null) return
    await send(context, item)
  }
}

async function sendMail(context: WorkerContext, mail: OutgoingMail): Promise<void> {
  const { outcome, message } = await context.mailer.send({
    to: mail.toAddress,
    subject: mail.subject,
    text: mail.textBody,
    ...(mail.htmlBody === null ? {} : { html: mail.htmlBody }),
    messageId: `${mail.id}@guildpost`,
  })
  if (outcome === 'sent') return endOutgoing(context.db, 'mail', mail, { state: 'sent' })
  await notSent(context, 'mail', mail, {
    refused: outcome === 'refused',
    error: message,
    afterMs: null,
    instead: null,
  })
}
