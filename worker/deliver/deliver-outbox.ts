import type { MessageResult, NewMessage } from '../../adapters/discord-rest/create-discord-rest.ts'
import { DiscordTokenError } from '../../adapters/discord-rest/discord-result.ts'
import { retryDelayMs } from '../../domain/rules/retry-delay.ts'
import {
  claimMail,
  claimNotice,
  endOutgoing,
  type OutgoingMail,
  type OutgoingNotice,
  postponeOutgoing,
} from '../../domain/store/outbox.ts'
import { type PlainMail, queuePlainMail } from '../../domain/store/queue-mail.ts'
import type { WorkerContext } from '../context.ts'

/** What could not be sent for this long is given up, and stays on record as failed. */
const giveUpAfterS = 3 * 24 * 3600

/** Sends whatever is due, mail and Discord messages, until nothing is. */
export async function deliverOutbox(context: WorkerContext): Promise<void> {
  await Promise.all([deliver(context, claimMail, sendMail), deliver(context, claimNotice, sendNotice)])
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

type NoticeBody = {
  content: string
  /** Only buttons that open a page: nobody listens for anything else on these messages. */
  components?: NewMessage['components']
  mail?: PlainMail | null
}

async function sendNotice(context: WorkerContext, notice: OutgoingNotice): Promise<void> {
  const { mail, content, components } = notice.body as NoticeBody
  const result = await post(context, notice, components === undefined ? { content } : { content, components })
  if (result.outcome === 'sent')
    return endOutgoing(context.db, 'notice', notice, { state: 'sent', messageId: result.messageId })
  await notSent(context, 'notice', notice, {
    refused: result.outcome === 'refused',
    error: result.message,
    afterMs: result.outcome === 'later' ? result.retryAfterS * 1000 : null,
    instead: mail ?? null,
  })
}

/** Discord without a valid token is no way to reach a member: that is a refusal, and a channel waits for a better token. */
async function post(
  context: WorkerContext,
  notice: OutgoingNotice,
  message: NewMessage,
): Promise<MessageResult> {
  const { destinationKind, destinationId, id } = notice
  try {
    return destinationKind === 'member'
      ? await context.discord.sendDirectMessage(destinationId, message, id)
      : await context.discord.sendChannelMessage(destinationId, message, id)
  } catch (error) {
    if (!(error instanceof DiscordTokenError)) throw error
    return destinationKind === 'member'
      ? { outcome: 'refused', code: 401, message: error.message }
      : { outcome: 'later', retryAfterS: 300, message: error.message }
  }
}

/** Later, or given up; then the mail that says the same goes out `instead`, in the same transaction. */
async function notSent(
  context: WorkerContext,
  table: 'mail' | 'notice',
  item: OutgoingMail | OutgoingNotice,
  why: { refused: boolean; error: string; afterMs: number | null; instead: NoticeBody['mail'] },
): Promise<void> {
  const { refused, error, afterMs, instead } = why
  const givenUp = refused || item.ageS > giveUpAfterS
  context.log.warn(
    { [table]: item.id, attempts: item.attempts, error },
    givenUp ? 'could not be sent, given up' : 'not sent yet, will be tried again',
  )
  if (!givenUp) {
    const inMs = Math.max(afterMs ?? 0, retryDelayMs(item.attempts))
    return postponeOutgoing(context.db, table, item, { inMs, error })
  }
  await context.db.transaction(async (tx) => {
    if (instead) await queuePlainMail(tx, instead)
    await endOutgoing(tx, table, item, { state: 'failed', error })
  })
}
