import { createHash } from 'node:crypto'
import { within } from '../../domain/rules/within.ts'
import type { Alert, StraightAlerts } from '../../domain/store/raise-alert.ts'
import { letterOfText } from '../../texts/letter-of-text.ts'
import type { WorkerContext } from '../context.ts'

/** Tells admins without Postgres, and knows afterwards which message that was. */
export type WorkerStraightAlerts = StraightAlerts & {
  /** The message that told of this incident straight away, if one did. */
  messageOf(key: string, beganAt: string): Promise<string | null>
  /** What this process posted, and does not know yet to be the message that goes on telling of the incident. */
  posted(): readonly Posted[]
  /** It is that message, or there is none of ours any more. */
  settled(key: string): void
}

export type Posted = { key: string; messageId: string; saidAt: Date }

type Means = Pick<WorkerContext, 'redis' | 'discord' | 'mailer' | 'alertTo' | 'log'>
type Message = { messageId: string; at: number }

const defaultDeadlineMs = 15_000
/** For so long no other worker says it; whoever said it says so again while it lasts, as whoever watches has it. */
const saidForS = 180
const messageForS = 24 * 3600
/** Workers notice the same trouble at about the same time; what began later than this is another incident. */
export const sameIncidentMs = 15_000

/** Workers are told apart by Redis; without it, each says it once. */
export function straightAlerts(
  means: Means,
  { deadlineMs = defaultDeadlineMs }: { deadlineMs?: number } = {},
): WorkerStraightAlerts {
  const said = new Map<string, { alert: Alert; saidAt: Date; byUs: boolean }>()
  /** What may still reach somebody, although nobody waits for it any more. */
  const running = new Map<string, Promise<void>>()
  const messages = new Map<string, Message>()
  const { log } = means

  return {
    async say(alert) {
      const { key } = alert
      const before = said.get(key)
      if (before?.byUs === true) {
        await (await means.redis()).set(claimKey(key), before.saidAt.toISOString(), saidForS)
        return true
      }
      // Somebody else was to say it: it may be that they could not, or are gone.
      const saidAt = before?.saidAt ?? new Date()
      said.set(key, { alert, saidAt, byUs: false })
      const told = (message: Message | null) => {
        said.set(key, { alert, saidAt, byUs: true })
        if (message !== null) messages.set(key, message)
      }
      try {
        const saying =
          running.get(key) ?? sayOnce(means, alert, saidAt, told).finally(() => running.delete(key))
        running.set(key, saying)
        await within(deadlineMs, () => saying)
        return true
      } catch (error) {
        said.delete(key)
        log.error({ err: error, incident: key, alert: alert.text }, `${alert.subject}. Nobody could be told.`)
        return false
      }
    },

    unrecorded: () => [...said.values()],

    async recorded(key) {
      said.delete(key)
      await (await means.redis()).delete(claimKey(key))
    },

    async messageOf(key, beganAt) {
      const [own, others] = [messages.get(key) ?? null, await readMessage(means, key)]
      const last = (own?.at ?? 0) > (others?.at ?? 0) ? own : others
      return last !== null && Date.parse(beganAt) <= last.at + sameIncidentMs ? last.messageId : null
    },

    posted: () => [...messages].map(([key, { messageId, at }]) => ({ key, messageId, saidAt: new Date(at) })),
    settled: (key) => void messages.delete(key),
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 25)
const claimKey = (key: string) => `alert-said:${digest(key)}`
const messageKey = (key: string) => `alert-message:${digest(key)}`

async function readMessage({ redis }: Means, key: string): Promise<Message | null> {
  const kept = await (await redis()).get(messageKey(key))
  return kept === null ? null : (JSON.parse(kept) as Message)
}

/** `told`: it was, by us, however late, and where it is a message, by which. @throws when it reached nobody. */
async function sayOnce(
  means: Means,
  alert: Alert,
  saidAt: Date,
  told: (message: Message | null) => void,
): Promise<void> {
  const { channelId, mailTo } = means.alertTo
  if (channelId === null && mailTo === null) return told(null)
  const redis = await means.redis()
  const isFirst = await redis.claim(claimKey(alert.key), saidAt.toISOString(), saidForS)
  if (isFirst === false) return
  try {
    // Discord itself shows a nonce once: that tells workers apart which Redis can't.
    const moment = isFirst === true ? saidAt.toISOString() : Math.floor(saidAt.getTime() / 60_000)
    const nonce = digest(`${alert.key} ${moment}`)
    const [messageId, isMailed] = await Promise.all([
      channelId === null ? null : post(means, channelId, alert, nonce),
      mailTo === null ? false : mail(means, mailTo, alert, saidAt),
    ])
    if (messageId === null && !isMailed) throw new Error('neither Discord nor the mail server took it')
    if (messageId === null) return told(null)
    const message = { messageId, at: saidAt.getTime() }
    told(message)
    await redis.set(messageKey(alert.key), JSON.stringify(message), messageForS)
  } catch (error) {
    // Somebody else may have more luck.
    await redis.delete(claimKey(alert.key))
    throw error
  }
}

async function post(
  { discord, log }: Means,
  channelId: string,
  { key, content }: Alert,
  nonce: string,
): Promise<string | null> {
  const result = await discord
    .sendChannelMessage(channelId, { content }, nonce)
    .catch((error: unknown) => ({ outcome: 'refused', message: String(error) }) as const)
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
  const messageId = `${digest(`${key} ${saidAt.toISOString()}`)}@guildpost`
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
