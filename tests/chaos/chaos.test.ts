import { beforeAll, expect, it } from 'vitest'
import { waitUntil } from '../_support/world.ts'
import { startAskers } from './askers.ts'
import { type ChaosSystem, createChaosSystem } from './chaos-system.ts'
import { allFaults, shortFaults } from './fault-plans.ts'
import { hurry } from './hurry.ts'
import { startKeeper } from './list-keeper.ts'
import { startCrowd } from './members.ts'
import { playFaults, tableOf, whatIsLeftToTell } from './play-faults.ts'
import { isQuiet, whatIsApart, whatIsWrong } from './verdict.ts'

const isLong = process.env['CHAOS'] === 'long'
/** The same words and the same order of faults each time; what comes when is the machine's affair. */
const seed = Number(process.env['CHAOS_SEED'] ?? (isLong ? Date.now() % 1_000_000 : 20_261_121))
/** Only those whose names have this in them. */
const only = process.env['CHAOS_ONLY']
const faults =
  only === undefined
    ? isLong
      ? allFaults
      : shortFaults
    : allFaults.filter(({ name }) => name.includes(only))

let system: ChaosSystem
beforeAll(async () => {
  system = await createChaosSystem()
}, 120_000)

it(
  `faults cost time, never a change (CHAOS_SEED=${seed})`,
  { timeout: isLong || only !== undefined ? 3_600_000 : 120_000 },
  async () => {
    const crowd = await startCrowd(system, { seed, perSecond: 16 })
    const admin = await system.link('ada')
    const keeper = await startKeeper(system, { seed, everyMs: 500, account: admin })
    const askers = await startAskers(system, { seed, admin })
    const toTheEnd = isLong || only !== undefined
    const { recoveries, told, wrong } = await playFaults(system, faults, { seed, toTheEnd })
    await Promise.all([crowd.stop(), keeper.stop(), askers.stop()])
    if (!toTheEnd) await hurry(system)
    wrong.push(...(await whatIsLeftToTell(system, { whileAsking: false })))
    const isOver = () => waitUntil('everything has ended', async () => (await isQuiet(system)) || null)
    await isOver()
    await keeper.takeWhatIsFree()
    await isOver()
    await waitUntil(
      'the mirror is the directory',
      async () => (await whatIsApart(system, keeper)).length === 0 || null,
    )
      // What differs is named below.
      .catch(() => null)
    console.log(
      `${crowd.told()}; ${keeper.told()}; ${askers.told()}. Until all that had been accepted was applied after:\n${tableOf(recoveries)}`,
    )
    expect([...wrong, ...(await whatIsWrong(system, { crowd, keeper, askers, told }))]).toEqual([])
  },
)
