import { within } from '../../domain/rules/within.ts'
import type { Alert, StraightAlerts } from '../../domain/store/incidents/raise-alert.ts'
import { keptAlerts, type Message } from './kept-alerts.ts'
import { claimKey, type Means, saidForS, sayOnce, shortHash } from './say-straight.ts'

/** Tells admins without Postgres, and knows afterwards which message that was. */
export type WorkerStraightAlerts = StraightAlerts & {
  /** The message that told of this incident straight away, if one did. */
  messageOf(key: string, beganAt: string): Promise<string | null>
  /** What this process posted or took over, and does not know yet to be the message that goes on telling of the incident. */
  posted(): readonly Posted[]
  /**
   * By so much the clock of Postgres was ahead of ours when it last answered. What is said is dated by that one: it is compared with what
   * Postgres and other workers have dated.
   */
  noteClock(aheadMs: number): void
  /** It is that message, or there is no more. */
  settled(messageId: string): void
  /** From now on what another worker said, which is gone since, counts as said by this one. Gives the keys. Never rejects. */
  takeOver(): Promise<readonly string[]>
}

export type Posted = { key: string; messageId: string; saidAt: Date }

const defaultDeadlineMs = 15_000
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
  let posted: Posted[] = []
  let storeAheadMs = 0
  const kept = keptAlerts(means)
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
      const saidAt = before?.saidAt ?? new Date(Date.now() + storeAheadMs)
      said.set(key, { alert, saidAt, byUs: false })
      const told = async (message: Message | null) => {
        said.set(key, { alert, saidAt, byUs: true })
        if (message !== null) posted.push(postedAs(key, message))
        await Promise.all([keepMessage(means, key, message), kept.keep({ alert, saidAt, message })])
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
      await Promise.all([kept.drop(key), (await means.redis()).delete(claimKey(key))])
    },

    async messageOf(key, beganAt) {
      const inRedis = await readMessage(means, key)
      const known = posted.filter((one) => one.key === key)
      const [last] = (inRedis === null ? known : [postedAs(key, inRedis), ...known]).toSorted(newestFirst)
      return last !== undefined && Date.parse(beganAt) <= last.saidAt.getTime() + sameIncidentMs
        ? last.messageId
        : null
    },

    noteClock: (aheadMs) => {
      storeAheadMs = aheadMs
    },

    posted: () => posted,
    settled: (messageId) => {
      posted = posted.filter((one) => one.messageId !== messageId)
    },

    async takeOver() {
      const taken: string[] = []
      for (const { alert, saidAt, message, take } of await kept.leftBehind()) {
        if (!(await take())) continue
        const { key } = alert
        log.info({ incident: key, saidAt }, 'who told of this is gone')
        if (!posted.some((one) => one.key === key)) await keepMessage(means, key, message)
        if (message !== null) posted.push(postedAs(key, message))
        if (!said.has(key)) {
          said.set(key, { alert, saidAt, byUs: true })
          await kept.keep({ alert, saidAt, message })
        }
        taken.push(key)
      }
      return taken
    },
  }
}

const postedAs = (key: string, { messageId, at }: Message): Posted => ({
  key,
  messageId,
  saidAt: new Date(at),
})
const newestFirst = (one: Posted, other: Posted) => other.saidAt.getTime() - one.saidAt.getTime()
const messageKey = (key: string) => `alert-message:${shortHash(key)}`

async function keepMessage({ redis }: Means, key: string, message: Message | null): Promise<void> {
  if (message !== null) await (await redis()).set(messageKey(key), JSON.stringify(message), messageForS)
}

async function readMessage({ redis }: Means, key: string): Promise<Message | null> {
  const kept = await (await redis()).get(messageKey(key))
  return kept === null ? null : (JSON.parse(kept) as Message)
}
