import { createHash } from 'node:crypto'
import { pause } from '../../domain/rules/pause.ts'
import type { Alert } from '../../domain/store/incidents/raise-alert.ts'
import { letterOfText } from '../../texts/letter-of-text.ts'
import type { WorkerContext } from '../context.ts'
import type { Message } from './kept-alerts.ts'

export type Means = Pick<WorkerContext, 'redis' | 'discord' | 'mailer' | 'alertTo' | 'log' | 'stopping'>

/** For so long no other worker says it; whoever said it says so again while it lasts, as whoever watches has it. */
export const saidForS = 180

/** So long a channel that has had enough of messages is waited for, once. */
const mostWaitS = 6

/** Short enough for a nonce of Discord, which has 25 characters at most. */
export const shortHash = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 25)
/** In Redis: whoever has it says this alert, and nobody else. */
export const claimKey = (key: string) => `alert-said:${shortHash(key)}`

/** `told`: it was, by us, however late, and where it is a message, by which. @throws when it reached nobody. */
export async function sayOnce(
  means: Means,
  alert: Alert,
  saidAt: Date,
  told: (message: Message | null) => Promise<void>,
): Promise<void> {
  const { channelId, mailTo } = means.alertTo
  if (channelId === null && mailTo === null) return told(null)
  const redis = await means.redis()
  const isFirst = await redis.claim(claimKey(alert.key), saidAt.toISOString(), saidForS)
  if (isFirst === false) return
  try {
    // Discord itself shows a nonce once: that tells workers apart which Redis can't.
    const moment = isFirst === true ? saidAt.toISOString() : Math.floor(saidAt.getTime() / 60_000)
    const nonce = shortHash(`${alert.key} ${moment}`)
    const [messageId, isMailed] = await Promise.all([
      channelId === null ? null : post(means, channelId, alert, nonce),
      mailTo === null ? false : mail(means, mailTo, alert, saidAt),
    ])
    if (messageId === null && !isMailed) throw new Error('neither Discord nor the mail server took it')
    await told(messageId === null ? null : { messageId, at: saidAt.getTime() })
  } catch (error) {
    // Somebody else may have more luck.
    await redis.delete(claimKey(alert.key))
    throw error
  }
}

async function post(
  { discord, log, stopping }: Means,
  channelId: string,
  { key, content }: Alert,
  nonce: string,
): Promise<string | null> {
  const send = () =>
    discord
      .sendChannelMessage(channelId, { content }, nonce)
      .catch((error: unknown) => ({ outcome: 'refused', message: String(error) }) as const)
  let result = await send()
  // Once it is mailed, nobody says it in the channel any more.
  if (result.outcome === 'later' && result.limited && result.retryAfterS <= mostWaitS) {
    await pause(result.retryAfterS * 1000, stopping)
    result = await send()
  }
  if (result.outcome === 'sent') return result.messageId
  log.error({ incident: key, error: result.message }, 'an alert could not be posted')
  return null
}

async function mail(
  { mailer, log }: Means,
  mailTo: string,
  { key, subject, text }: Alert,
  saidAt: Date,
): Promise<boolean> {
  const messageId = `${shortHash(`${key} ${saidAt.toISOString()}`)}@guildpost`
  const result = await mailer
    .send({
      to: mailTo,
      subject,
      text,
      html: letterOfText({ subject, locale: null, text }).htmlBody,
      messageId,
    })
    .catch((error: unknown) => ({ outcome: 'refused', message: String(error) }) as const)
  if (result.outcome === 'sent') return true
  log.error({ incident: key, error: result.message }, 'an alert could not be mailed')
  return false
}
