import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Sabotage, sabotages } from './sabotages.ts'

/** Longer than any of the tests takes; what hangs has been noticed. */
const testsWithinMs = 240_000
const notCopied = new Set(['node_modules', '.git', '.data'])

/**
 * Breaks a copy of the repository in one small way after another and runs the tests that should notice. Gives 1 when one was not
 * noticed, could not be made because its text is not there any more, or has tests that do not pass anyway. With names only those.
 */
export async function playSabotages(root: string, names: readonly string[]): Promise<number> {
  const chosen = sabotages.filter(({ name }) => names.length === 0 || names.includes(name))
  if (chosen.length === 0) {
    console.error(`There is no such sabotage. There are:\n${sabotages.map(({ name }) => name).join('\n')}`)
    return 1
  }
  const copy = await mkdtemp(join(tmpdir(), 'guildpost-sabotage-'))
  try {
    await cp(root, copy, { recursive: true, filter: (from) => !notCopied.has(basename(from)) })
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
    const sound = new Map<string, boolean>()
    let missed = 0
    for (const sabotage of chosen) {
      const outcome = await play(copy, sabotage, sound)
      if (outcome !== 'caught') missed += 1
      console.log(`${outcome.padEnd(10)}  ${sabotage.name}`)
    }
    console.log(`${chosen.length - missed} of ${chosen.length} sabotages caught`)
    return missed === 0 ? 0 : 1
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

type Outcome = 'caught' | 'NOT CAUGHT' | 'NO TEXT' | 'UNSOUND'

/** `sound` knows which tests pass without any sabotage. */
async function play(copy: string, sabotage: Sabotage, sound: Map<string, boolean>): Promise<Outcome> {
  const file = join(copy, sabotage.file)
  const text = await readFile(file, 'utf8')
  if (text.split(sabotage.find).length !== 2) return 'NO TEXT'
  for (const test of sabotage.caughtBy) {
    if (!sound.has(test)) sound.set(test, await passes(copy, [test]))
    if (sound.get(test) !== true) return 'UNSOUND'
  }
  await writeFile(
    file,
    text.replace(sabotage.find, () => sabotage.replace),
  )
  try {
    return (await passes(copy, sabotage.caughtBy)) ? 'NOT CAUGHT' : 'caught'
  } finally {
    await writeFile(file, text)
  }
}

async function passes(copy: string, tests: readonly string[]): Promise<boolean> {
  const vitest = spawn(
    process.execPath,
    [join(copy, 'node_modules/vitest/vitest.mjs'), 'run', '--bail=1', ...tests],
    {
      cwd: copy,
      stdio: 'ignore',
      env: { ...process.env, CHAOS: '', CHANGE_MACHINE_SHORTEN: 'off' },
      timeout: testsWithinMs,
    },
  )
  const [code] = (await once(vitest, 'close')) as [number | null]
  return code === 0
}
