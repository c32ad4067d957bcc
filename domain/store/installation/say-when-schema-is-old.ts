import type { Database } from '../database.ts'
import { readHealth } from './read-health.ts'

/**
 * Logs once, as a process starts, that the database lacks migrations which this version needs: what fails later for want of a table or a column
 * would not say so. A database that gives no answer is told of elsewhere.
 */
export async function sayWhenSchemaIsOld(
  db: Database,
  migrations: readonly { name: string }[],
  log: { error(message: string): void },
): Promise<void> {
  const needs = { migrations: migrations.map(({ name }) => name), mirrorMaxAgeS: 0 }
  const health = await readHealth(db, needs).catch(() => null)
  if (health?.schema === 'down')
    log.error('the schema is older than this version: bring it up to date with npm run migrate')
}
