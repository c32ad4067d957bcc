import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { playSabotages } from './play-sabotages.ts'

const root = join(import.meta.dirname, '../..')
const [first, ...names] = process.argv.slice(2)

process.exit(first === '--sabotages' ? await playSabotages(root, names) : await playChaos())

/** The long form: every fault, other words and another order each time. CHAOS_SEED repeats one that went wrong. */
async function playChaos(): Promise<number> {
  const vitest = spawn(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'tests/chaos/chaos.test.ts'],
    { cwd: root, stdio: 'inherit', env: { ...process.env, CHAOS: 'long' } },
  )
  const [code] = (await once(vitest, 'close')) as [number | null]
  return code ?? 1
}
