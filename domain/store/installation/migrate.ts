import type { Knex } from 'knex'
import { MixedEnvironments } from '../../contracts/mixed-environments.ts'
import { openDatabase, rows } from '../database.ts'

/** A step of the schema as SQL. */
export type MigrationStep = { name: string; up: string; down: string }

/** Two migrators at once take turns on this session lock ("guildpost" in ASCII, cut to 31 bits). */
const migrationLock = 0x67756c64

/**
 * Brings the schema up to date and stamps the database with its environment. Gives the names of what was applied: none, too, where
 * the schema is a later version's, on which this one runs.
 * @throws {MixedEnvironments} when the database belongs to the other environment, and {Error} when it has steps of another line than this version's,
 * or is a new one that can't hold every name.
 */
export async function migrateUp(
  url: string,
  steps: readonly MigrationStep[],
  appEnv: string,
): Promise<string[]> {
  return withMigrator(url, steps, async (db, migrator) => {
    const { applied: before, pending, newer } = await statusOf(db, migrator, steps)
    if (before.length === 0) await requireUnicode(db)
    if (pending.length > 0 && newer.length > 0)
      throw new Error(
        `Nothing was changed: ${newer.join(', ')} is in the database and not in this version, ${pending.join(', ')} the other way round. Use the version that brought what is in the database, or one that has both.`,
      )
    const [, applied] = (await db.migrate.latest(migrator)) as [number, string[]]
    await db.raw('insert into installation (app_env) values (:appEnv) on conflict do nothing', { appEnv })
    const [stamp] = await rows<{ appEnv: string }>(db, 'select app_env from installation')
    if (stamp?.appEnv !== appEnv)
      throw new MixedEnvironments(
        `APP_ENV is ${appEnv}, but this database belongs to ${stamp?.appEnv}. Point DATABASE_URL at the ${appEnv} database, or set APP_ENV=${stamp?.appEnv}.`,
      )
    return applied
  })
}

/** Names and addresses may have any character. A database in use is left to the doctor: its encoding can't be changed any more. */
async function requireUnicode(db: Knex): Promise<void> {
  const [found] = await rows<{ encoding: string }>(
    db,
    `select pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`,
  )
  if (found?.encoding !== 'UTF8')
    throw new Error(
      `Nothing was changed: this database is in ${found?.encoding}, which can't hold every name. Make it anew with encoding UTF8, as infra/postgres/create.sql does.`,
    )
}

/**
 * Takes back the newest step (or all of them), and gives the names of what was taken back.
 * @throws where the newest is a later version's: only that version knows how.
 */
export async function migrateDown(
  url: string,
  steps: readonly MigrationStep[],
  all = false,
): Promise<string[]> {
  return withMigrator(url, steps, async (db, migrator) => {
    const { newer } = await statusOf(db, migrator, steps)
    if (newer.length > 0)
      throw new Error(
        `Nothing was taken back: ${newer.at(-1)} is of a later version. Take it back with the version that brought it.`,
      )
    if (all) {
      const [, undone] = (await db.migrate.rollback(migrator, true)) as [number, string[]]
      return undone
    }
    const [, undone] = (await db.migrate.down(migrator)) as [number, string[]]
    return undone
  })
}

export type MigrationStatus = {
  /** In the database. */
  applied: string[]
  /** Still to come. */
  pending: string[]
  /** In the database, and not known to this version: a later one has brought them. */
  newer: string[]
}

/** How the schema in the database stands to the steps of this version. */
export async function migrationStatus(
  url: string,
  steps: readonly MigrationStep[],
): Promise<MigrationStatus> {
  return withMigrator(url, steps, (db, migrator) => statusOf(db, migrator, steps))
}

async function statusOf(
  db: Knex,
  migrator: Knex.MigratorConfig,
  steps: readonly MigrationStep[],
): Promise<MigrationStatus> {
  const [done, pending] = (await db.migrate.list(migrator)) as [{ name: string }[], MigrationStep[]]
  const known = new Set(steps.map(({ name }) => name))
  const names = done.map(({ name }) => name)
  return {
    applied: names.filter((name) => known.has(name)),
    pending: pending.map(({ name }) => name),
    newer: names.filter((name) => !known.has(name)),
  }
}

async function withMigrator<Result>(
  url: string,
  steps: readonly MigrationStep[],
  run: (db: Knex, migrator: Knex.MigratorConfig) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase(url, { poolMax: 4, name: 'guildpost-migrate', silentForMs: 0 })
  const locker = openDatabase(url, { poolMax: 1, name: 'guildpost-migrate-lock', silentForMs: 0 })
  try {
    // The lock lives as long as this transaction: a killed migrator lets go by itself.
    return await locker.transaction(async (lock) => {
      await lock.raw('set local idle_in_transaction_session_timeout = 0')
      await lock.raw('set local statement_timeout = 0')
      await lock.raw('select pg_advisory_xact_lock(:migrationLock)', { migrationLock })
      const migrator = {
        tableName: 'schema_migration',
        // knex would call a schema of a later version corrupt.
        disableMigrationsListValidation: true,
        migrationSource: {
          getMigrations: async () => [...steps],
          getMigrationName: (step: MigrationStep) => step.name,
          getMigration: async (step: MigrationStep) => ({
            up: (knex: Knex) => runToTheEnd(knex, step.up),
            down: (knex: Knex) => runToTheEnd(knex, step.down),
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

/** However long a large table takes: cut off after a minute as other statements are, it would be cut off at every try. */
async function runToTheEnd(knex: Knex, sql: string): Promise<void> {
  await knex.raw('set local statement_timeout = 0')
  await knex.raw(sql)
}
