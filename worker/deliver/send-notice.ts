import type { NewMessage, TextFile } from '../../adapters/discord-rest/create-discord-rest.ts'
import { printOf } from '../../adapters/discord-rest/message-print.ts'
import type { WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import { lateS } from '../../domain/rules/late.ts'
import { endNotice } from '../../domain/store/outbox/end-notice.ts'
import type { PlainMail } from '../../domain/store/outbox/queue-mail.ts'
import { knownLocale, readAccountLocale } from '../../domain/store/installation/read-locale.ts'
import { asIs } from '../../texts/as-is.ts'
import { fit, messageLength } from '../../texts/fit.ts'
import { lateLine } from '../../texts/late-line.ts'
import type { WorkerContext } from '../context.ts'
import { type Delivered, notTaken } from './not-taken.ts'
import { showOnce } from './show-once.ts'

type NoticeBody = {
  content: string
  /** Only buttons that open a page: nobody listens for anything else on these messages. */
  components?: NewMessage['components']
  /** All of what the message has no room for. */
  file?: TextFile
  mail?: PlainMail | null
  /** When it was first to be told, of one that is sent again. */
  writtenAt?: string
}

/** Sends a message that says the same whenever it leaves, and when that was if it leaves late. */
export async function sendNotice(context: WorkerContext, notice: WaitingNotice): Promise<Delivered> {
  const { mail, components, file = null } = notice.body as NoticeBody
  const content = await contentOf(context, notice)
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

async function contentOf({ db }: WorkerContext, notice: WaitingNotice): Promise<string> {
  const { destinationKind: kind, destinationId, createdAt, ageS } = notice
  const { content, writtenAt } = notice.body as NoticeBody
  const wroteAt = writtenAt === undefined ? createdAt : new Date(writtenAt)
  if (ageS + (createdAt.getTime() - wroteAt.getTime()) / 1000 <= lateS) return content
  const locale = kind === 'member' ? await readAccountLocale(db, destinationId) : await knownLocale(db)
  const late = lateLine(asIs[locale], wroteAt)
  return `${fit(content, { length: messageLength - late.length - 1 }).text}\n${late}`
}
