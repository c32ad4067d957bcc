import type { NewMessage } from '../../adapters/discord-rest/create-discord-rest.ts'
import { printOf } from '../../adapters/discord-rest/message-print.ts'
import type { WaitingNotice } from '../../domain/store/destination-queue.ts'
import { endNotice } from '../../domain/store/end-notice.ts'
import type { PlainMail } from '../../domain/store/queue-mail.ts'
import type { WorkerContext } from '../context.ts'
import { type Delivered, notTaken } from './not-taken.ts'
import { showOnce } from './show-once.ts'

type NoticeBody = {
  content: string
  /** Only buttons that open a page: nobody listens for anything else on these messages. */
  components?: NewMessage['components']
  mail?: PlainMail | null
}

/** Sends a message that says the same whenever it leaves. */
export async function sendNotice(context: WorkerContext, notice: WaitingNotice): Promise<Delivered> {
  const { mail, content, components } = notice.body as NoticeBody
  const message = components === undefined ? { content } : { content, components }
  const { destinationKind: kind, destinationId, id } = notice
  const to = { kind, id: destinationId }
  const result = await showOnce(context, notice, { to, message, file: null, nonce: id, messageId: null })
  if (result.outcome !== 'sent')
    return notTaken(context, [notice], result, {
      print: printOf(message),
      instead: { mails: mail ? [mail] : [] },
    })
  await endNotice(context.db, notice, { state: 'sent', messageId: result.messageId })
  return { is: 'taken' }
}
