import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { openDatabase } from '../domain/store/database.ts'
import { areasOf } from './doctor/areas.ts'
import { examine, exitCodeOf } from './doctor/examine.ts'
import type { Finding, FindingState } from './doctor/finding.ts'
import { readSettings } from './doctor/read-settings.ts'
import { ConfigError, exitConfig } from '../domain/contracts/read-environment.ts'
import { exitUsage } from './command.ts'
import { complain, say } from './say.ts'
import { readProcessEnvironment } from './config.ts'

const usage = `npm run doctor [-- OPTIONS]

Looks whether this installation is set up right, and says how to mend what is not.

  --json             the findings as JSON
  --worker           also: queue a sample job, and wait for a worker to run it
  --send-test EMAIL  also: send a mail there

Ends with 0 when all is right, 1 when something is wrong, 2 when something could not be checked, 64 when it was used wrongly,
78 when a file of settings can't be read.`

const marks: Readonly<Record<FindingState, string>> = { right: '✓', wrong: '✗', doubtful: '!', unknown: '!' }

const options = optionsOrUsage()
if (options !== null) await run(options).catch(sayConfigError)

async function run({
  json,
  worker,
  sendTestTo,
}: {
  json: boolean
  worker: boolean
  sendTestTo: string | undefined
}) {
  const settings = readSettings(readProcessEnvironment(), process.cwd())
  const log = pino({ level: 'silent' })
  const { DATABASE_URL } = settings.values
  const db =
    DATABASE_URL === undefined ? null : openDatabase(DATABASE_URL, { poolMax: 2, name: 'guildpost-doctor' })
  try {
    const found = await examine(areasOf(settings, db, log, { worker, sendTestTo }), {
      begin: (area) => json || progress(`… ${area}`),
      found: (area, finding) => json || sayFinding(area, finding),
    })
    const findings = found.map(({ area, finding }) => ({ area, ...finding }))
    process.exitCode = exitCodeOf(findings)
    if (json) console.log(JSON.stringify({ exitCode: process.exitCode, findings }, null, 2))
    else summarise(findings)
  } finally {
    await db?.destroy()
  }
}

/** What was found is wrong settings too; this is of a file that can't be read at all. */
function sayConfigError(error: unknown): void {
  if (!(error instanceof ConfigError)) throw error
  complain(error.message)
  process.exitCode = exitConfig
}

/** What is being looked at, on a terminal only, and gone with the next line. */
function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${text}`)
}

function sayFinding(area: string, { check, state, says, remedy }: Finding): void {
  progress('')
  say(`${marks[state]} ${area}: ${check}: ${says}`)
  if (remedy !== undefined) say(`    → ${remedy}`)
}

function summarise(findings: readonly Finding[]): void {
  progress('')
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length
  const [wrong, unknown, doubtful] = [count('wrong'), count('unknown'), count('doubtful')]
  const words = [
    ...(wrong > 0 ? [`${wrong} wrong`] : []),
    ...(unknown > 0 ? [`${unknown} could not be checked`] : []),
    ...(doubtful > 0 ? [`${doubtful} to look at`] : []),
  ]
  console.log(`\n${findings.length} checks: ${words.length === 0 ? 'all right' : words.join(', ')}.`)
}

function optionsOrUsage() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        worker: { type: 'boolean', default: false },
        'send-test': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      return null
    }
    return { json: values.json, worker: values.worker, sendTestTo: values['send-test'] }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exitCode = exitUsage
    return null
  }
}
