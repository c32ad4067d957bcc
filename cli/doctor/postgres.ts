import { checkInstallation } from '../../domain/store/installation/check-installation.ts'
import { type Database, rows } from '../../domain/store/database.ts'
import { migrationStatus, type MigrationStep } from '../../domain/store/installation/migrate.ts'
import { type Area, doubtful, type Finding, reasonOf, right, wrong } from './finding.ts'

type PostgresSettings = {
  db: Database
  url: string
  appEnv: string
  guildId: string | null
  applicationId: string | null
  migrations: readonly MigrationStep[]
  poolMax: number
}

/** `unique … nulls not distinct` came with 15. */
const oldest = 15

/** Whether the database is there, new enough, in UTF-8, ours, and up to date. */
export const postgresArea = ({ db, url, migrations, poolMax, ...told }: PostgresSettings): Area => ({
  name: 'postgres',
  check: async function* () {
    const [server] = await rows<{ version: number; encoding: string; mayConnect: number }>(
      db,
      `select current_setting('server_version_num')::integer / 10000 as version,
         pg_encoding_to_char(encoding) as encoding,
         current_setting('max_connections')::integer as may_connect
       from pg_database where datname = current_database()`,
    )
    if (!server) throw new Error('Postgres did not say what it is')
    const { version, encoding, mayConnect } = server
    yield version >= oldest
      ? right('server', `Postgres ${version}`)
      : wrong('server', `Postgres ${version} is too old`, `Move the database to Postgres ${oldest} or newer.`)
    yield encoding === 'UTF8'
      ? right('encoding', 'UTF-8')
      : wrong(
          'encoding',
          `the database is in ${encoding}, which can't hold every name`,
          'Make it anew with encoding UTF8, as infra/postgres/create.sql does, and restore a backup into it.',
        )
    // Api and worker, with a pool each; what else uses the server is not known.
    yield mayConnect >= 4 * poolMax
      ? right('connections', `the server allows ${mayConnect}`)
      : doubtful(
          'connections',
          `the server allows ${mayConnect}, and each process may open ${poolMax}`,
          'Raise max_connections, or lower DATABASE_POOL_MAX.',
        )
    const rights = await rightsFinding(db)
    yield rights
    if (rights.state !== 'right') return
    yield await schemaFinding(url, migrations)
    yield await stampFinding(db, told)
  },
})

async function schemaFinding(url: string, migrations: readonly MigrationStep[]): Promise<Finding> {
  const { pending } = await migrationStatus(url, migrations)
  return pending.length === 0
    ? right('schema', 'up to date')
    : wrong(
        'schema',
        `${pending.length} of ${migrations.length} steps are missing, from ${pending[0]} on`,
        'Run npm run migrate.',
      )
}

async function stampFinding(db: Database, told: Parameters<typeof checkInstallation>[1]): Promise<Finding> {
  try {
    // Looks only: nothing is stamped by looking.
    await db
      .transaction(async (tx) => {
        await checkInstallation(tx, told)
        await tx.rollback()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Error && /Transaction rejected/.test(error.message))) throw error
      })
    return right('belongs to', `${told.appEnv}${told.guildId === null ? '' : `, server ${told.guildId}`}`)
  } catch (error) {
    return wrong('belongs to', reasonOf(error), 'As it says; then look again.')
  }
}

/** A migration that does nothing, up and down again in a schema of its own: later versions bring real ones. */
async function rightsFinding(db: Database): Promise<Finding> {
  const schema = `guildpost_doctor_${process.pid}`
  try {
    await db.raw(
      `begin; create schema ${schema}; create table ${schema}.empty (id uuid primary key); drop table ${schema}.empty; drop schema ${schema}; rollback`,
    )
    return right('may migrate', 'an empty step went up and down in a schema of its own')
  } catch (error) {
    return wrong(
      'may migrate',
      reasonOf(error),
      'The role needs the right to create: let it own the database, as infra/postgres/create.sql does.',
    )
  }
}
