import { measureApi } from './api.ts'
import { measureApply } from './apply.ts'
import { measureLatency } from './latency.ts'
import { coalescedBesideLdapmodify } from './latency-ratio.ts'
import { changesFromOutside } from './latency-outside.ts'
import { oneRefusedValue } from './latency-refused.ts'
import { print } from './latency-table.ts'
import { measureLogin } from './login.ts'
import { measureMemory } from './memory.ts'
import { measureNotices } from './notices.ts'
import { machine } from './report.ts'
import { openStage, type Stage } from './stage.ts'
import { measureSync } from './sync.ts'

type Measure = (stage: Stage) => Promise<void>

const benchmarks: Readonly<Record<string, Measure>> = {
  api: measureApi,
  apply: measureApply,
  sync: (stage) => measureSync(stage),
  'sync-large': (stage) => measureSync(stage, { isLarge: true }),
  engine: measureEngine,
  latency: measureLatency,
  memory: measureMemory,
  login: measureLogin,
  notices: measureNotices,
}

process.exit(await run(process.argv.slice(2)))

/** Runs the benchmarks with these names, all without one. A slow figure is no error: it is printed, and that is all. */
async function run(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in benchmarks))
  if (unknown.length > 0) {
    console.error(
      `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`,
    )
    return 1
  }
  console.log(machine())
  for (const [name, measure] of Object.entries(benchmarks)) {
    if (names.length > 0 && !names.includes(name)) continue
    const stage = await openStage()
    const interrupted = () => void stage.stop().finally(() => process.exit(130))
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
    try {
      await measure(stage)
    } catch (error) {
      console.error(`${name} could not be measured:`, error)
      return 1
    } finally {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
      await stage.stop()
    }
  }
  return 0
}

/** What the engine promises as ratios, by the scripts of docs/latency.md. */
async function measureEngine(stage: Stage): Promise<void> {
  print(await coalescedBesideLdapmodify(stage, false))
  print(await oneRefusedValue(stage, false))
  for (const table of await changesFromOutside(stage, false)) print(table)
}
