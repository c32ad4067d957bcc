import { randomUUID } from 'node:crypto'
import { incidentKinds } from '../../domain/contracts/incident.ts'
import type { Alert } from '../../domain/store/incidents/raise-alert.ts'
import type { WorkerContext } from '../context.ts'

/** `message`: which one said it, null where it was a mail. */
export type SaidAlert = { alert: Alert; saidAt: Date; message: Message | null }
export type Message = { messageId: string; at: number }

/** What was said without Postgres, in Redis: nobody would end it if whoever said it were gone before it is on record. */
export type KeptAlerts = {
  /** Keeps it until it is dropped, and shows now and then that whoever said it is there. */
  keep(said: SaidAlert): Promise<void>
  drop(key: string): Promise<void>
  /** What somebody said who is gone since; it is whoever's `take` gives true. Never rejects; empty without Redis. */
  leftBehind(): Promise<readonly (SaidAlert & { take: () => Promise<boolean> })[]>
}

/** A name for each of them, and who said it. */
export const keptAlertsTable = 'alerts-said'
const keptForS = 24 * 3600
const showsEveryMs = 2000
/** Who has shown nothing for so long is gone, or cut off from Redis as well. */
const goneAfterMs = 10_000

/** The table's entries of one worker begin with a name that it gave itself, and what it shows changes as long as it lives. */
export function keptAlerts({ redis, stopping }: Pick<WorkerContext, 'redis' | 'stopping'>): KeptAlerts {
  const worker = randomUUID()
  const own = new Map<string, SaidAlert>()
  /** What others keep, and since when it has been the same, by a clock that nobody sets. */
  let seen = new Map<string, { value: string; since: number }>()
  let timer: NodeJS.Timeout | undefined
  let times = 0
  const nameOf = (key: string) => `${worker} ${key}`
  const show = async (said: SaidAlert) => {
    times += 1
    await (
      await redis()
    ).setIn(keptAlertsTable, nameOf(said.alert.key), JSON.stringify({ ...said, times }), keptForS)
  }
  const showAll = () => {
    if (own.size > 0 && !stopping.aborted) for (const said of own.values()) void show(said)
    else {
      clearInterval(timer)
      timer = undefined
    }
  }
  return {
    async keep(said) {
      own.set(said.alert.key, said)
      timer ??= setInterval(showAll, showsEveryMs).unref()
      await show(said)
    },

    async drop(key) {
      own.delete(key)
      await (await redis()).deleteIn(keptAlertsTable, nameOf(key))
    },

    async leftBehind() {
      const there = await redis()
      const now = performance.now()
      const kept = Object.entries(await there.allIn(keptAlertsTable)).filter(
        ([name]) => !name.startsWith(worker),
      )
      seen = new Map(
        kept.map(([name, value]) => {
          const before = seen.get(name)
          return [name, before?.value === value ? before : { value, since: now }]
        }),
      )
      return [...seen].flatMap(([name, { value, since }]) => {
        const left = now - since >= goneAfterMs ? asSaid(value) : null
        return left === null ? [] : { ...left, take: () => there.deleteIn(keptAlertsTable, name) }
      })
    },
  }
}

/** Null for what this version of guildpost does not know: it stays for one that does. */
function asSaid(value: string): SaidAlert | null {
  try {
    const { alert, saidAt, message } = JSON.parse(value) as Omit<SaidAlert, 'saidAt'> & { saidAt: string }
    return incidentKinds.includes(alert.kind) ? { alert, saidAt: new Date(saidAt), message } : null
  } catch {
    return null
  }
}
