import { retryDelayMs } from '../../domain/rules/retry-delay.ts'
import {
  claimMail,
  claimNotices,
  endOutgoing,
  type OutgoingMail,
  type OutgoingNotice,
  postponeOutgoing,
} from '../../domain/store/outbox.ts'
import { writeMail } from '../../domain/store/tell-late.ts'
import type { WorkerContext } from '../context.ts'

/** After this many tries something that could not be sent is given up, and stays on record as failed. */
const mostTries = 20

/** Sends whatever is due, mail and Discord messages, until nothing is. */
export async function deliverOutbox(context: WorkerContext): Promise<void> {
  await Promise.all([deliver(context, claimMail, sendMail), deliver(context, claimNotices, sendNotice)])
}

async function deliver<Item>(
  context: WorkerContext,
  claim: (db: WorkerContext['db']) => Promise<Item[]>,
  send: (context: WorkerContext, item: Item) => Promise<void>,
): Promise<void> {
  while (!context.stopping.aborted) {
    const items = await claim(context.db)
    if (items.length === 0) return
    for (const item of items) await send(context, item)
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
  await notSent(context, 'mail', mail, { refused: outcome === 'refused', error: message, afterMs: null })
}

type NoticeBody = {
  content: string
  mail?: { memberId: string; to: string; subject: string; text: string } | null
}

async function sendNotice(context: WorkerContext, notice: OutgoingNotice): Promise<void> {
  const { mail, content } = notice.body as NoticeBody
  // Discord takes 25 characters: the random end of the id tells notices apart.
  const nonce = notice.id.replaceAll('-', '').slice(-25)
  const result =
    notice.destinationKind === 'member'
      ? await context.discord.sendDirectMessage(notice.destinationId, { content }, nonce)
      : await context.discord.sendChannelMessage(notice.destinationId, { content }, nonce)
  switch (result.outcome) {
    case 'sent':
      return endOutgoing(context.db, 'notice', notice, { state: 'sent', messageId: result.messageId })
    case 'later':
      return notSent(context, 'notice', notice, {
        refused: false,
        error: 'Discord asked to wait',
        afterMs: (result.retryAfterS ?? 0) * 1000,
      })
    case 'refused':
      if (mail) await writeMail(context.db, mail)
      return notSent(context, 'notice', notice, { refused: true, error: result.message, afterMs: null })
  }
}

async function notSent(
  context: WorkerContext,
  table: 'mail' | 'notice',
  item: { id: string; leaseToken: string; attempts: number },
  { refused, error, afterMs }: { refused: boolean; error: string; afterMs: number | null },
): Promise<void> {
  context.log.warn(
    { [table]: item.id, attempts: item.attempts, error },
    refused ? 'refused, given up' : 'not sent yet, will be tried again',
  )
  if (refused || item.attempts >= mostTries)
    return endOutgoing(context.db, table, item, { state: 'failed', error })
  const inMs = Math.max(afterMs ?? 0, retryDelayMs(item.attempts))
  await postponeOutgoing(context.db, table, item, { inMs, error })
}
