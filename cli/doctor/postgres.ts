import { ConfigError } from '../../domain/contracts/read-environment.ts'
import { sqlState, sqlStateOf } from '../../domain/contracts/sql-state.ts'
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
    const refusal = await refusalOf(db)
    if (refusal !== null) return yield refusal
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
    const { applied, pending } = await migrationStatus(url, migrations)
    yield schemaFinding(pending, migrations.length)
    // Nothing is stamped before the first step.
    if (applied.length > 0) yield await stampFinding(db, told)
  },
})

/** PostgreSQL's own codes: a role or password that it does not take, no such database, and no right to connect to it. */
const notLetIn = new Set(['28000', '28P01', '3D000', '42501'])

/** Why Postgres answers and does not let us in; null where it does. @throws whatever else keeps it from answering. */
async function refusalOf(db: Database): Promise<Finding | null> {
  try {
    await rows(db, 'select 1')
    return null
  } catch (error) {
    const { code = '' } = error as { code?: string }
    if (!notLetIn.has(code)) throw error
    return wrong(
      'account',
      `Postgres does not let it in: ${reasonOf(error)}`,
      'Correct role, password and database in DATABASE_URL; infra/postgres/create.sql makes them.',
    )
  }
}

const schemaFinding = (pending: readonly string[], all: number): Finding =>
  pending.length === 0
    ? right('schema', 'up to date')
    : wrong(
        'schema',
        `${pending.length} of ${all} steps are missing, from ${pending[0]} on`,
        'Run npm run migrate.',
      )

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
    const says = error instanceof ConfigError ? error.problems.join(' ') : reasonOf(error)
    return wrong('belongs to', says, 'As it says; then look again.')
  }
}

/** A migration that does nothing, up and down again in a schema of its own: later versions bring real ones. */
async function rightsFinding(db: Database): Promise<Finding> {
  const schema = `guildpost_doctor_${process.pid}`
  try {
    await db.transaction((tx) =>
      tx.raw(
        `create schema ${schema}; create table ${schema}.empty (id uuid primary key); drop table ${schema}.empty; drop schema ${schema}`,
      ),
    )
    return right('may migrate', 'an empty step went up and down in a schema of its own')
  } catch (error) {
    if (sqlStateOf(error) === sqlState.diskFull)
      return wrong('room', reasonOf(error), 'Make room on the disk of Postgres. All goes on by itself then.')
    return wrong(
      'may migrate',
      reasonOf(error),
      'The role needs the right to create: let it own the database, as infra/postgres/create.sql does.',
    )
  }
}
