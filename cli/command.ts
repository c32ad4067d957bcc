import { ConfigError, exitConfig } from '../domain/contracts/read-environment.ts'
import { Refusal } from '../domain/contracts/refusal.ts'
import { type Database, openDatabase } from '../domain/store/database.ts'
import { readHealth, type StoreHealth } from '../domain/store/read-health.ts'
import { migrations } from '../migrations/index.ts'
import { readDatabaseConfig } from './config.ts'
import { complain } from './say.ts'

/** What was typed is not how the command is used. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Does what was asked for and gives the exit code: 0 done, 1 not done, 2 wrong usage, 78 wrong configuration. */
export async function runCommand(usage: string, work: () => Promise<boolean>): Promise<number> {
  try {
    return (await work()) ? 0 : 1
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\n\n${usage}`)
      return 2
    }
    complain(messageOf(error))
    return error instanceof ConfigError ? exitConfig : 1
  }
}

/**
 * Opens the database for as long as the work takes; `name` is how Postgres knows the command.
 * @throws {Refusal} UNAVAILABLE (SCHEMA_OLD).
 */
export async function withDatabase<Result>(
  name: string,
  work: (db: Database, health: StoreHealth) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase(readDatabaseConfig().DATABASE_URL, { poolMax: 2, name })
  try {
    const needs = { migrations: migrations.map((one) => one.name), mirrorMaxAgeS: Number.MAX_SAFE_INTEGER }
    const health = await readHealth(db, needs).catch((cause: unknown) => {
      throw new Error(`The database does not answer: ${messageOf(cause)}`, { cause })
    })
    if (health.schema === 'down')
      throw new Refusal('UNAVAILABLE', 'The schema is not up to date. First do: npm run migrate', {
        reason: 'SCHEMA_OLD',
      })
    return await work(db, health)
  } finally {
    await db.destroy()
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  // Of several addresses that did not answer there is a code only.
  return error.message || String(code)
}
