import { setTimeout as delay } from 'node:timers/promises'
import type { IncidentKind } from '../../domain/contracts/incident.ts'
import { rows } from '../../domain/store/database.ts'
import { wordIncident } from '../../texts/incident-alert.ts'
import { alertChannel, type ChaosSystem } from './chaos-system.ts'
import type { Fault } from './faults.ts'

/** What admins had to be told of from `since` on, while and after a fault. */
export type Told = { fault: string; kinds: readonly IncidentKind[]; since: Date }

const withinMs = 60_000

/**
 * Looks out from now on for what admins are told: by the outbox, or straight in the channel and by mail where there is none. `untold` resolves
 * once they were told of each kind, or gives those of which they were not in time.
 */
export function lookOutForAlerts(system: ChaosSystem, { name, tells = [] }: Fault) {
  const { db, discord, mail } = system
  const since = new Date()
  const [messages, mails] = [discord.messagesIn(alertChannel).length, mail.messages.length]
  const isStored = async (kind: IncidentKind) => {
    await makeOld(system, kind)
    const found = await rows(db, 'select 1 from incident where kind = :kind and began_at >= :since', {
      kind,
      since,
    })
    return found.length > 0
  }
  /**
   * While there is no outbox: in the channel, unless Discord is away too, and by mail. One that came only later would be taken for that of the
   * next fault.
   */
  const isSaid = () => {
    const { subject } = wordIncident('postgres-away', { reason: '', sinceS: 0 })
    const isPosted = discord
      .messagesIn(alertChannel)
      .slice(messages)
      .some(({ content }) => content.includes(subject))
    const isMailed = mail.messages.slice(mails).some((one) => one.subject === subject)
    return isMailed && (isPosted || name.includes('Discord'))
  }
  const untold = async (kinds: readonly IncidentKind[]) => {
    const left: IncidentKind[] = []
    for (const kind of kinds)
      if (!(await (kind === 'postgres-away' ? isSaid() : isStored(kind)))) left.push(kind)
    return left
  }
  return {
    told: { fault: name, kinds: tells, since } satisfies Told,
    untold: async (): Promise<readonly IncidentKind[]> => {
      const endsAt = performance.now() + withinMs
      let left = tells
      while (left.length > 0 && performance.now() < endsAt) {
        await delay(50)
        left = await untold(left)
      }
      return left
    },
  }
}

const outboxOf: Partial<Record<IncidentKind, string>> = {
  'mail-undeliverable': 'mail',
  'discord-undeliverable': 'notice',
}

/** What was tried in vain has waited for minutes: as the clock would, only sooner. */
async function makeOld({ db }: ChaosSystem, kind: IncidentKind): Promise<void> {
  const table = outboxOf[kind]
  if (table === undefined) return
  await rows(
    db,
    `update ${table} set created_at = now() - interval '301 seconds'
     where state = 'queued' and error is not null and created_at > now() - interval '300 seconds'`,
  )
}
