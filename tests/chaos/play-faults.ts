import { setTimeout as delay } from 'node:timers/promises'
import { rows } from '../../domain/store/database.ts'
import type { ChaosSystem } from './chaos-system.ts'
import type { Fault } from './faults.ts'
import { seeded } from './seeded.ts'
import { lookOutForAlerts, type Told } from './told.ts'
import { untold } from './verdict-on-alerts.ts'

/** How long it lasted, and how long it took from its end on. */
export type Recovery = { fault: string; lasted: number; seconds: number }

/** Longer than the longest pause between two tries while something is away. */
const recoverWithinMs = 60_000
/** What takes longer is told with what it waited for. */
const slowMs = 10_000

/** What came of the faults: `wrong` is what admins were not told of in time, or what was not over in time. */
export type Played = { recoveries: Recovery[]; told: Told[]; wrong: string[] }

/**
 * One after another, in an order that the seed decides; the next one begins when the one before is got over. `toTheEnd`: and when all that was
 * to be told of it is told.
 */
export async function playFaults(
  system: ChaosSystem,
  faults: readonly Fault[],
  { seed, toTheEnd }: { seed: number; toTheEnd: boolean },
): Promise<Played> {
  const played: Played = { recoveries: [], told: [], wrong: [] }
  for (const fault of shuffled(faults, seeded(seed))) {
    const alerts = lookOutForAlerts(system, fault)
    const end = await fault.begin(system)
    const begunAt = performance.now()
    const [untold] = await Promise.all([alerts.untold(), delay(fault.lastsMs)])
    await end()
    const lasted = (performance.now() - begunAt) / 1000
    const recovery = { fault: fault.name, lasted, seconds: (await recovered(system, fault)) / 1000 }
    played.recoveries.push(recovery)
    played.told.push(alerts.told)
    played.wrong.push(...untold.map((kind) => `“${fault.name}”: admins were not told of ${kind} in time`))
    if (!toTheEnd) continue
    console.log(tableOf([recovery]))
    const left = await whatIsLeftToTell(system, { whileAsking: true })
    if (left.length > 0)
      played.wrong.push(`after “${fault.name}” this was not over in time: ${left.join(', ')}`)
  }
  return played
}

/** Longer than a place is left to somebody who died while telling there. */
const toldWithinMs = 180_000

/** What is not told, or not over, even after a while. `whileAsking`: of those who ask to join a list there is always something to tell. */
export async function whatIsLeftToTell(
  system: ChaosSystem,
  { whileAsking }: { whileAsking: boolean },
): Promise<string[]> {
  const startedAt = performance.now()
  let told = false
  for (;;) {
    const left = await untold(system, { whileAsking })
    const took = performance.now() - startedAt
    if (left.length === 0 || took > toldWithinMs) return left
    if (took > slowMs && !told) {
      told = true
      console.log(`This is slow to be told: ${left.join(', ')}`)
    }
    await delay(50)
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item)
}

/** Milliseconds until all that was accepted before now has ended, but for what waits for an admin’s word. */
async function recovered({ db }: ChaosSystem, { name }: Fault): Promise<number> {
  const startedAt = performance.now()
  const open = async (until: Date | null) =>
    rows<{ now: Date; id: string | null; state: string; list: string; leaseUntil: Date | null; dueAt: Date }>(
      db,
      `select now() as now, c.id, c.state, c.due_at, l.name as list, l.lease_until
       from (select 1) as one left join change c on c.ended_at is null and c.state <> 'awaiting_approval' and c.created_at <= coalesce(:until, now()) left join list l on l.id = c.list_id`,
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

const inSeconds = (seconds: number) => `${seconds.toFixed(1).padStart(6)} s`

export function tableOf(recoveries: readonly Recovery[]): string {
  const width = Math.max(...recoveries.map(({ fault }) => fault.length))
  return recoveries
    .map(
      ({ fault, lasted, seconds }) =>
        `${fault.padEnd(width)}  lasted ${inSeconds(lasted)}  got over in ${inSeconds(seconds)}`,
    )
    .join('\n')
}
