import { printOf } from '../../adapters/discord-rest/message-print.ts'
import type { WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import { lateS } from '../../domain/rules/late.ts'
import { endNotice } from '../../domain/store/outbox/end-notice.ts'
import { knownLocale, readAccountLocale } from '../../domain/store/installation/read-locale.ts'
import { asIs } from '../../texts/as-is.ts'
import { fit, messageLength } from '../../texts/fit.ts'
import { lateLine } from '../../texts/late-line.ts'
import type { WorkerContext } from '../context.ts'
import { type Delivered, notTaken } from './not-taken.ts'
import { showOnce } from './show-once.ts'

/** Sends a message that says the same whenever it leaves, and when that was if it leaves late. */
export async function sendNotice(
  context: WorkerContext,
  notice: WaitingNotice,
  words: string,
): Promise<Delivered> {
  const { mail, components, file = null } = notice.body
  const content = await contentOf(context, notice, words)
  const message = components === undefined ? { content } : { content, components }
  const { destinationKind: kind, destinationId, id } = notice
  const to = { kind, id: destinationId }
  const result = await showOnce(context, [notice], { to, message, file, nonce: id, messageId: null })
  if (result.outcome !== 'sent')
    return notTaken(context, [notice], result, {
      print: printOf(message),
      instead: { mails: mail ? [mail] : [] },
    })
  await endNotice(context.db, notice, { state: 'sent', messageId: result.messageId })
  return { is: 'taken' }
}

async function contentOf({ db }: WorkerContext, notice: WaitingNotice, words: string): Promise<string> {
  const { destinationKind: kind, destinationId, createdAt, ageS } = notice
  const { writtenAt } = notice.body
  const wroteAt = writtenAt === undefined ? createdAt : new Date(writtenAt)
  if (ageS + (createdAt.getTime() - wroteAt.getTime()) / 1000 <= lateS) return words
  const locale = kind === 'member' ? await readAccountLocale(db, destinationId) : await knownLocale(db)
  const late = lateLine(asIs[locale], wroteAt)
  return `${fit(words, { length: messageLength - late.length - 1 }).text}\n${late}`
}
