import { ConfigError } from '../domain/contracts/environment.ts'
import { Refusal } from '../domain/contracts/refusal.ts'
import { type Database, openDatabase } from '../domain/store/database.ts'
import { readHealth } from '../domain/store/read-health.ts'
import { migrations } from '../migrations/index.ts'
import { readCommand, usage, UsageError } from './admin/command-line.ts'
import { complain, say } from './admin/say.ts'
import { readDatabaseConfig } from './config.ts'

// The way in on the first day and in an emergency: whoever may run this on the machine has the database's password anyway.

process.exitCode = await run(process.argv.slice(2))

/** Does what was asked for and gives the exit code: 0 done, 1 refused, 2 wrong usage, 78 wrong configuration. */
async function run(args: readonly string[]): Promise<number> {
  try {
    const command = readCommand(args)
    if (command === null) {
      for (const line of usage.split('\n')) say(line)
      return 0
    }
    const { operation, words, options } = command
    const done = await withDatabase((db) => operation.run(db, words, options))
    return done ? 0 : 1
  } catch (error) {
    complain(messageOf(error))
    if (error instanceof UsageError) return 2
    return error instanceof ConfigError ? 78 : 1
  }
}

async function withDatabase<Result>(work: (db: Database) => Promise<Result>): Promise<Result> {
  const db = openDatabase(readDatabaseConfig().DATABASE_URL, { poolMax: 2, name: 'guildpost-admin' })
  try {
    await lookAtStore(db)
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** Says so when nobody can be known yet. @throws {Refusal} UNAVAILABLE (SCHEMA_OLD). */
async function lookAtStore(db: Database): Promise<void> {
  const needs = { migrations: migrations.map(({ name }) => name), mirrorMaxAgeS: Number.MAX_SAFE_INTEGER }
  const { schema, mirror } = await readHealth(db, needs).catch((cause: unknown) => {
    throw new Error(`The database does not answer: ${messageOf(cause)}`, { cause })
  })
  if (schema === 'down')
    throw new Refusal('UNAVAILABLE', 'The schema is not up to date. First do: npm run migrate', {
      reason: 'SCHEMA_OLD',
    })
  if (mirror === 'down')
    complain('The directory was not read to its end yet, so people may be unknown here. A worker reads it.')
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  // Of several addresses that did not answer there is a code only.
  return error.message || String(code)
}
