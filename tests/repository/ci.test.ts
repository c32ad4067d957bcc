import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const repository = join(import.meta.dirname, '../..')
const run = promisify(execFile)

type Run = { code: number; said: string; lastLine: string }

/** One test of each part that .ci/run wants to see on real servers, as vitest reports it. */
const wanted: Record<string, string> = {
  'tests/adapters/jobs/create-jobs.test.ts': 'on the mongodb store, on the postgres store',
  'tests/domain/store/leases.test.ts': 'leases',
  'tests/adapters/ldap/modify.test.ts': 'modifies',
  'tests/adapters/redis/limits.test.ts': 'limits',
  'tests/sandbox/servers.test.ts': 'Postgres keeps its data',
  'tests/flows/link-page-in-a-browser.test.ts': 'the link page in a real browser',
}

/** A clone with the scripts of .ci and an npm that only pretends: its tests write `report`, if there is one, and end with `tests`, its demo with `demo`. */
async function ciWith({
  report,
  tests = 0,
  demo,
}: {
  report: object | null
  tests?: number
  demo: number
}): Promise<Run & { ran: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'guildpost-ci-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const write = async (path: string, words: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), words)
    await chmod(join(folder, path), 0o755)
  }
  await cp(join(repository, '.ci'), join(folder, '.ci'), { recursive: true })
  const script = await readFile(join(folder, '.ci/run'), 'utf8')
  const version = /^ferretdb_version=(.+)$/m.exec(script)?.[1]
  await write(`cache/guildpost/ferretdb-${version}`, '')
  await write('cli/prepare.mjs', '')
  if (report !== null) await write('report.json', JSON.stringify(report))
  const tested = report === null ? '' : `cp "${folder}/report.json" "$VITEST_JSON_FILE";`
  await write(
    'bin/npm',
    `#!/bin/sh
echo "npm $*" >>"${folder}/ran"
case "$1" in test) ${tested} exit ${tests} ;; start) exit ${demo} ;; esac
`,
  )
  const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, XDG_CACHE_HOME: join(folder, 'cache') }
  const { code, said } = await run(join(folder, '.ci/run'), [], { env, cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, said: `${stdout}${stderr}` }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: `${error.stderr}${error.stdout}`,
    }),
  )
  const ran = await readFile(join(folder, 'ran'), 'utf8')
  return { code, said, lastLine: said.trim().split('\n').at(-1) ?? '', ran }
}

/** Everything passed, but for the file that is named. */
function reportWith(file = '', status = 'passed'): object {
  const testResults = Object.entries(wanted).map(([name, title]) => ({
    name,
    status: 'passed',
    assertionResults: title
      .split(', ')
      .map((one) => ({ ancestorTitles: [one], title: 'works', status: name === file ? status : 'passed' })),
  }))
  return { testResults }
}

test('.ci/run runs the tests and the demo, and ends with the count', async () => {
  const { code, lastLine, ran } = await ciWith({ report: reportWith(), demo: 0 })
  expect(ran).toBe('npm test\nnpm start -- --demo\n')
  expect({ code, lastLine }).toEqual({ code: 0, lastLine: '7 passed, 0 failed' })
})

test('.ci/run fails when the demo does, also where there is nothing to play it', async () => {
  const { code, said, lastLine } = await ciWith({ report: reportWith(), demo: 1 })
  expect(said).toContain('Failed: The demo ended with 1.')
  expect({ code, lastLine }).toEqual({ code: 1, lastLine: '7 passed, 1 failed' })
})

test.each(Object.keys(wanted))('.ci/run fails when %s was skipped', async (file) => {
  const { code, said } = await ciWith({ report: reportWith(file, 'skipped'), demo: 0 })
  expect(said).toMatch(/Failed: \d+ tests of .+ were skipped\./)
  expect(code).toBe(1)
})

test.each([
  [124, 'The tests took too long and were stopped'],
  [1, 'the types, the lint or the format failed first'],
])('without a report and ended with %i it says why', async (tests, words) => {
  const { code, said, lastLine } = await ciWith({ report: null, tests, demo: 0 })
  expect(code).toBe(1)
  expect(said).toContain(words)
  expect(lastLine).toBe('0 passed, 1 failed')
})
