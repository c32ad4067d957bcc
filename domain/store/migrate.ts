import type { Knex } from 'knex'
import { openDatabase, rows } from './database.ts'

/** A step of the schema as SQL. */
export type MigrationStep = { name: string; up: string; down: string }

/** Two migrators at once take turns on this session lock ("guildpost" in ASCII, cut to 31 bits). */
const migrationLock = 0x67756c64

/**
 * Brings the schema up to date and stamps the database with its environment. Gives the names of what was applied.
 * @throws when the database belongs to the other environment.
 */
export async function migrateUp(
  url: string,
  steps: readonly MigrationStep[],
  appEnv: string,
): Promise<string[]> {
  return withMigrator(url, steps, async (db, migrator) => {
    const [, applied] = (await db.migrate.latest(migrator)) as [number, string[]]
    await db.raw('insert into installation (app_env) values (:appEnv) on conflict do nothing', { appEnv })
    const [stamp] = await rows<{ appEnv: string }>(db, 'select app_env from installation')
    if (stamp?.appEnv !== appEnv)
      throw new Error(
        `APP_ENV is ${appEnv}, but this database belongs to ${stamp?.appEnv}. Point DATABASE_URL at the ${appEnv} database, or set APP_ENV=${stamp?.appEnv}.`,
      )
    return applied
  })
}

/** Takes back the newest step (or all of them), and gives the names of what was taken back. */
export async function migrateDown(
  url: string,
  steps: readonly MigrationStep[],
  all = false,
): Promise<string[]> {
  return withMigrator(url, steps, async (db, migrator) => {
    if (all) {
      const [, undone] = (await db.migrate.rollback(migrator, true)) as [number, string[]]
      return undone
    }
    const [, undone] = (await db.migrate.down(migrator)) as [number, string[]]
    return undone
  })
}

/** Which steps are in the database and which are still to come. */
export async function migrationStatus(
  url: string,
  steps: readonly MigrationStep[],
): Promise<{ applied: string[]; pending: string[] }> {
  return withMigrator(url, steps, async (db, migrator) => {
    const [applied, pending] = (await db.migrate.list(migrator)) as [{ name: string }[], MigrationStep[]]
    return { applied: applied.map((step) => step.name), pending: pending.map((step) => step.name) }
  })
}

async function withMigrator<Result>(
  url: string,
  steps: readonly MigrationStep[],
  run: (db: Knex, migrator: Knex.MigratorConfig) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase(url, { poolMax: 4, name: 'guildpost-migrate' })
  const locker = openDatabase(url, { poolMax: 1, name: 'guildpost-migrate-lock' })
  try {
    // The lock lives as long as this transaction: a killed migrator lets go by itself.
    return await locker.transaction(async (lock) => {
      await lock.raw('set local idle_in_transaction_session_timeout = 0')
      await lock.raw('set local statement_timeout = 0')
      await lock.raw('select pg_advisory_xact_lock(:migrationLock)', { migrationLock })
      const migrator = {
        tableName: 'schema_migration',
        migrationSource: {
          getMigrations: async () => [...steps],
          getMigrationName: (step: MigrationStep) => step.name,
          getMigration: async (step: MigrationStep) => ({
            up: (knex: Knex) => knex.raw(step.up),
            down: (knex: Knex) => knex.raw(step.down),
          }),
        },
      }
      // knex's own lock is a row that a killed migrator leaves behind; whoever holds ours may clear it.
      await db.migrate.forceFreeMigrationsLock(migrator)
      return run(db, migrator)
    })
  } finally {
    await db.destroy()
    await locker.destroy()
  }
}
