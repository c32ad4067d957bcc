import { setTimeout as delay } from 'node:timers/promises'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { queuePlainMail } from '../../domain/store/outbox/queue-mail.ts'
import { type Alerting, raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { alertChannel, type ChaosSystem } from './chaos-system.ts'

/** Puts an incident and a mail into the outbox. `end`: it is over. */
export function giveNews({ db }: ChaosSystem, subject: string) {
  const alerting: Alerting = {
    db,
    alertTo: { channelId: alertChannel, mailTo: null },
    log: {
      error: (details, message) => {
        throw new Error(message, { cause: details })
      },
    },
  }
  const key = `news of “${subject}”`
  const give = async () => {
    // Who is to be met at it has begun to look out.
    await delay(0)
    await raiseAlert(alerting, { key, kind: 'role', content: `⚠️ **${key}**`, subject: key, text: key })
    await db.transaction((tx) =>
      queuePlainMail(tx, { memberId: null, to: 'alice@example.org', subject: key, text: key }),
    )
  }
  return { begun: give(), end: () => endAlerts(alerting, [key]) }
}
