import type { MessageResult, NewMessage } from '../../adapters/discord-rest/create-discord-rest.ts'
import { DiscordTokenError } from '../../adapters/discord-rest/discord-result.ts'
import { endOutgoing, type OutgoingNotice } from '../../domain/store/outbox.ts'
import type { PlainMail } from '../../domain/store/queue-mail.ts'
import type { WorkerContext } from '../context.ts'
import { notSent } from './not-sent.ts'

type NoticeBody = {
  content: string
  /** Only buttons that open a page: nobody listens for anything else on these messages. */
  components?: NewMessage['components']
  mail?: PlainMail | null
}

/** Sends a message that says the same whenever it leaves. */
export async function sendNotice(context: WorkerContext, notice: OutgoingNotice): Promise<void> {
  const { mail, content, components } = notice.body as NoticeBody
  const message = components === undefined ? { content } : { content, components }
  const { destinationKind, destinationId, id } = notice
  const result = await unlessTokenIsRefused(destinationKind, () =>
    destinationKind === 'member'
      ? context.discord.sendDirectMessage(destinationId, message, id)
      : context.discord.sendChannelMessage(destinationId, message, id),
  )
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
export async function unlessTokenIsRefused(
  destination: 'member' | 'channel',
  send: () => Promise<MessageResult>,
): Promise<MessageResult> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof DiscordTokenError)) throw error
    return destination === 'member'
      ? { outcome: 'refused', code: 401, message: error.message }
      : { outcome: 'later', retryAfterS: 300, message: error.message }
  }
}
