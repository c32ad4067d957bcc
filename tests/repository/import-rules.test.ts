import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** What a file in that place must not say. */
const refused: Record<string, string[]> = {
  'domain/rules/one.ts': [
    ...['adapters', 'api', 'bench', 'bot', 'worker', 'cli', 'sandbox', 'tests', 'texts', 'migrations'].map(
      (folder) => `import '../../${folder}/other.ts'`,
    ),
    "import type { Other } from '../../worker/other.ts'",
    "import 'ioredis'",
  ],
  'domain/store/lists/one.ts': ['adapters', 'api', 'bot', 'worker', 'cli', 'sandbox', 'texts'].map(
    (folder) => `import '../../../${folder}/other.ts'`,
  ),
  'adapters/ldap/one.ts': [
    ...['domain/rules', 'domain/store', 'api', 'bot', 'worker', 'cli', 'sandbox', 'tests', 'texts'].map(
      (folder) => `import '../../${folder}/other.ts'`,
    ),
    "import 'ioredis'",
  ],
  'adapters/redis/one.ts': ["import '../../domain/rules/other.ts'", "import '../../texts/other.ts'"],
  'api/one.ts': ['bot', 'worker', 'cli', 'sandbox', 'tests'].map(
    (folder) => `import '../${folder}/other.ts'`,
  ),
  'api/routes/lists/one.ts': ["import '../../../worker/other.ts'", "import 'knex'", "import 'objection'"],
  'bot/commands/one.ts': [
    ...['api', 'worker', 'cli', 'sandbox', 'tests', 'domain/store', 'migrations'].map(
      (folder) => `import '../../${folder}/other.ts'`,
    ),
    "import 'knex'",
  ],
  'worker/jobs/one.ts': [
    ...['api', 'bot', 'cli', 'sandbox', 'tests'].map((folder) => `import '../../${folder}/other.ts'`),
    "import 'knex'",
  ],
  'texts/notices/one.ts': ['adapters', 'api', 'bot', 'worker', 'cli', 'sandbox', 'tests', 'domain/store'].map(
    (folder) => `import '../../${folder}/other.ts'`,
  ),
  'cli/doctor/one.ts': ['sandbox', 'tests'].map((folder) => `import '../../${folder}/other.ts'`),
  'sandbox/start/one.ts': ['api', 'bot', 'worker', 'tests'].map(
    (folder) => `import '../../${folder}/other.ts'`,
  ),
  // Only a config.ts reads the environment; only a main.ts, or a command of cli/, handles signals and ends a process.
  ...Object.fromEntries(
    ['domain/store', 'adapters/log', 'api', 'bot', 'worker', 'texts'].map((folder) => [
      `${folder}/process.ts`,
      [
        'void process.env.HOME',
        'process.exit(1)',
        'process.exitCode = 1',
        "process.on('SIGTERM', () => {})",
        "process.once('SIGTERM', () => {})",
      ],
    ]),
  ),
  'cli/process.ts': ['void process.env.HOME'],
  'api/main.ts': ['void process.env.HOME'],
}

/** What has its place there. */
const allowed: Record<string, string[]> = {
  'domain/store/one.ts': ["import 'knex'", "import '../contracts/other.ts'"],
  'domain/store/lists/two.ts': [
    "import 'knex'",
    "import '../../rules/other.ts'",
    "import '../audit/other.ts'",
  ],
  'adapters/redis/two.ts': ["import 'ioredis'", "import '../../domain/contracts/other.ts'"],
  'bot/two.ts': ["import '../texts/other.ts'", "import '../domain/rules/other.ts'"],
  'worker/two.ts': ["import '../domain/store/other.ts'", "import '../adapters/ldap/other.ts'"],
  'worker/main.ts': ["process.once('SIGTERM', () => process.exit(0))"],
  'worker/config.ts': ['void process.env.HOME'],
  'cli/migrate.ts': ['process.exitCode = 64', "import '../worker/config.ts'"],
}

let folder: string
let complaints: Set<string>

/** One look at all of it, with the repository's own rules; types, which take long, have no part in these. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guildpost-rules-'))
  const rules = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as { options: object }
  const written = { ...rules, options: { ...rules.options, typeAware: false } }
  writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(written))
  for (const [file, lines] of [...Object.entries(refused), ...Object.entries(allowed)]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${lines.join('\n')}\n`)
  }
  const oxlint = join(root, 'node_modules/.bin/oxlint')
  const { stdout, stderr } = spawnSync(oxlint, ['--format=json'], { cwd: folder, encoding: 'utf8' })
  if (!stdout.startsWith('{')) throw new Error(`oxlint did not run: ${stdout}${stderr}`)
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[]
  }
  complaints = new Set(
    diagnostics
      .filter(({ code }) => /restricted|process/.test(code))
      .map(({ filename, labels }) => `${filename}:${labels[0]?.span.line}`),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.each(Object.entries(refused))('the linter refuses each of these in %s', (file, lines) => {
  expect(lines.filter((_, at) => !complaints.has(`${file}:${at + 1}`))).toEqual([])
})

it.each(Object.entries(allowed))('and none of these in %s', (file, lines) => {
  expect(lines.filter((_, at) => complaints.has(`${file}:${at + 1}`))).toEqual([])
})
