import { parseArgs, type ParseArgsConfig } from 'node:util'
import { ConfigError, exitConfig } from '../domain/contracts/read-environment.ts'
import { Refusal } from '../domain/contracts/refusal.ts'
import { type Database, openDatabase, rows } from '../domain/store/database.ts'
import { readHealth, type StoreHealth } from '../domain/store/installation/read-health.ts'
import { migrations } from '../migrations/index.ts'
import { readDatabaseConfig } from './config.ts'
import { complain } from './say.ts'

/** What was typed is not how the command is used. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was typed, as `config` describes it. @throws {UsageError} */
export function readWords<Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (cause) {
    throw new UsageError(messageOf(cause), { cause })
  }
}

/** With what a command ends that was used wrongly (EX_USAGE, sysexits.h). */
export const exitUsage = 64

/** With what a command ends that was to look at something and could not: that says nothing about it. */
export const exitUnknown = 2

/**
 * Does what was asked for and gives the exit code: 0 done, 1 not done, 64 wrong usage, 78 wrong configuration. `inTrouble` is for all
 * else that can go wrong.
 */
export async function runCommand(
  usage: string,
  work: () => Promise<boolean>,
  { inTrouble = 1 }: { inTrouble?: number } = {},
): Promise<number> {
  try {
    return (await work()) ? 0 : 1
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\n\n${usage}`)
      return exitUsage
    }
    complain(messageOf(error))
    return error instanceof ConfigError ? exitConfig : inTrouble
  }
}

/**
 * Opens the database for as long as the work takes, whatever its schema; `name` is how Postgres knows the command.
 * @throws {Error} that says so when it does not answer.
 */
export async function withAnyDatabase<Result>(
  { DATABASE_URL }: { DATABASE_URL: string },
  name: string,
  work: (db: Database) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase(DATABASE_URL, { poolMax: 2, name })
  try {
    await rows(db, 'select 1').catch((cause: unknown) => {
      throw new Error(`The database does not answer: ${messageOf(cause)}`, { cause })
    })
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/**
 * The same for work that needs the schema of this version.
 * @throws {Refusal} UNAVAILABLE (SCHEMA_OLD).
 */
export async function withDatabase<Result>(
  name: string,
  work: (db: Database, health: StoreHealth) => Promise<Result>,
): Promise<Result> {
  return withAnyDatabase(readDatabaseConfig(), name, async (db) => {
    const needs = { migrations: migrations.map((one) => one.name), mirrorMaxAgeS: Number.MAX_SAFE_INTEGER }
    const health = await readHealth(db, needs)
    if (health.schema === 'down')
      throw new Refusal('UNAVAILABLE', 'The schema is not up to date. First do: npm run migrate', {
        reason: 'SCHEMA_OLD',
      })
    return work(db, health)
  })
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  // Of several addresses that did not answer there is a code only.
  return error.message || String(code)
}
