import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type CaughtBy, type Sabotage, sabotages } from './sabotages.ts'

/** Longer than all of the tests together take; what hangs has been noticed. */
const testsWithinMs = 300_000
const notCopied = new Set(['node_modules', '.git', '.data'])

type Outcome =
  | 'caught'
  | 'NOT CAUGHT'
  /** Its text is not there any more, or more than once. */
  | 'NO TEXT'
  /** Its test is not there, or fails without it too. */
  | 'NO TEST'
  /** Its test did not come to an end: what it makes of the file may be no program. */
  | 'NO END'

/**
 * Breaks a copy of the repository in one small way after another and runs the test that should notice, each time. Gives 1 unless all were
 * noticed. With names only those.
 */
export async function playSabotages(root: string, names: readonly string[]): Promise<number> {
  const chosen = sabotages.filter(({ name }) => names.length === 0 || names.includes(name))
  if (chosen.length === 0) {
    console.error(`There is no such sabotage. There are:\n${sabotages.map(({ name }) => name).join('\n')}`)
    return 1
  }
  const startedAt = performance.now()
  const copy = await mkdtemp(join(tmpdir(), 'guildpost-sabotage-'))
  try {
    await cp(root, copy, { recursive: true, filter: (from) => !notCopied.has(basename(from)) })
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
    const sound = await outcomesOf(
      copy,
      chosen.map(({ caughtBy }) => caughtBy),
      '--retry=1',
    )
    const width = Math.max(...chosen.map(({ name }) => name.length))
    let caught = 0
    for (const sabotage of chosen) {
      const begunAt = performance.now()
      const isSound = sound.get(sabotage.caughtBy) === 'passed'
      const outcome = isSound ? await play(copy, sabotage) : 'NO TEST'
      if (outcome === 'caught') caught += 1
      console.log(
        `${outcome.padEnd(10)}  ${secondsSince(begunAt).padStart(5)} s  ${sabotage.name.padEnd(width)}  ${told(sabotage.caughtBy)}`,
      )
    }
    console.log(`${caught} of ${chosen.length} sabotages caught in ${secondsSince(startedAt)} s`)
    return caught === chosen.length ? 0 : 1
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

const secondsSince = (at: number): string => ((performance.now() - at) / 1000).toFixed(0)
const told = ({ file, test }: CaughtBy): string => `${file}: ${test}`

async function play(copy: string, { file, find, replace, caughtBy }: Sabotage): Promise<Outcome> {
  const path = join(copy, file)
  const text = await readFile(path, 'utf8')
  if (text.split(find).length !== 2) return 'NO TEXT'
  await writeFile(
    path,
    text.replace(find, () => replace),
  )
  try {
    const outcome = (await outcomesOf(copy, [caughtBy])).get(caughtBy)
    if (outcome === undefined) return 'NO END'
    return outcome === 'passed' ? 'NOT CAUGHT' : 'caught'
  } finally {
    await writeFile(path, text)
  }
}

type Report = {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[]
}

/** How each of these tests ended: `passed`, `failed`, or undefined where it is not there or never came to its end. */
async function outcomesOf(
  copy: string,
  tests: readonly CaughtBy[],
  ...options: string[]
): Promise<ReadonlyMap<CaughtBy, string | undefined>> {
  const outputFile = join(copy, 'sabotage.json')
  await rm(outputFile, { force: true })
  const vitest = spawn(
    process.execPath,
    [
      join(copy, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=json',
      ...options,
      `--outputFile=${outputFile}`,
      `--testNamePattern=${[...new Set(tests.map(({ test }) => literally(test)))].join('|')}`,
      ...new Set(tests.map(({ file }) => file)),
    ],
    {
      cwd: copy,
      stdio: 'ignore',
      env: { ...process.env, CHAOS: '', CHANGE_MACHINE_SHORTEN: 'off' },
      timeout: testsWithinMs,
    },
  )
  await once(vitest, 'close')
  const report = await readFile(outputFile, 'utf8').then(
    (text) => JSON.parse(text) as Report,
    () => null,
  )
  return new Map(
    tests.map((one) => {
      const ofFile = report?.testResults.find(({ name }) => name.endsWith(one.file))?.assertionResults ?? []
      const ran = ofFile.filter(({ fullName }) => fullName.includes(one.test))
      const statuses = ran.map(({ status }) => status)
      return [one, statuses.find((status) => status !== 'passed') ?? statuses[0]]
    }),
  )
}

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
