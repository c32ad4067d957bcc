import { setTimeout as delay } from 'node:timers/promises'
import { rows } from '../../domain/store/database.ts'
import type { ChaosSystem } from './chaos-system.ts'
import type { Fault } from './faults.ts'
import { seeded } from './seeded.ts'

export type Recovery = { fault: string; seconds: number }

/** Longer than the longest pause between two tries while something is away. */
const recoverWithinMs = 60_000
/** What takes longer is told with what it waited for. */
const slowMs = 10_000

/** One after another, in an order that the seed decides; the next one begins when the one before is got over. */
export async function playFaults(
  system: ChaosSystem,
  faults: readonly Fault[],
  seed: number,
): Promise<Recovery[]> {
  const recoveries: Recovery[] = []
  for (const fault of shuffled(faults, seeded(seed))) {
    const end = await fault.begin(system)
    await delay(fault.lastsMs)
    await end()
    recoveries.push({ fault: fault.name, seconds: (await recovered(system, fault)) / 1000 })
  }
  return recoveries
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item)
}

/** Milliseconds until all that was accepted before now has ended. */
async function recovered({ db }: ChaosSystem, { name }: Fault): Promise<number> {
  const startedAt = performance.now()
  const open = async (until: Date | null) =>
    rows<{ now: Date; id: string | null; state: string; list: string; leaseUntil: Date | null; dueAt: Date }>(
      db,
      `select now() as now, c.id, c.state, c.due_at, l.name as list, l.lease_until
       from (select 1) as one left join change c on c.ended_at is null and c.created_at <= coalesce(:until, now()) left join list l on l.id = c.list_id`,
      { until },
    ).catch(() => null)
  let until: Date | null = null
  let told = false
  for (;;) {
    const found = await open(until)
    until ??= found?.[0]?.now ?? null
    const took = performance.now() - startedAt
    if (found?.every(({ id }) => id === null)) return took
    if (took > slowMs && !told) {
      told = true
      console.log(`“${name}” is slow to be got over: ${JSON.stringify(found)}`)
    }
    if (took > recoverWithinMs)
      throw new Error(
        `after “${name}”, these changes had not ended within ${recoverWithinMs / 1000} s:\n${JSON.stringify(found)}`,
      )
    await delay(50)
  }
}

export function tableOf(recoveries: readonly Recovery[]): string {
  const width = Math.max(...recoveries.map(({ fault }) => fault.length))
  return recoveries
    .map(({ fault, seconds }) => `${fault.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s`)
    .join('\n')
}
