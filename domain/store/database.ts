import knex, { type Knex } from 'knex'
import { knexSnakeCaseMappers } from 'objection'

/** A pool of connections to Postgres. */
export type Database = Knex
/** Inside a transaction; whatever takes one never commits by itself. */
export type Transaction = Knex.Transaction
export type DatabaseOrTransaction = Database | Transaction

/** Opens a pool of at most `poolMax` connections; nothing connects before the first query. */
export function openDatabase(url: string, options: { poolMax?: number; name?: string } = {}): Database {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: options.name ?? 'guildpost',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      options: '-c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000',
    },
    pool: { min: 0, max: options.poolMax ?? 10 },
    acquireConnectionTimeout: 8000,
    asyncStackTraces: false,
    // An error's text would carry the values: addresses, tokens.
    compileSqlOnError: false,
    ...knexSnakeCaseMappers(),
  })
}

/** Runs raw SQL with named bindings (`:name`) and gives its rows, camelCased as every other query's. */
export async function rows<Row>(
  db: DatabaseOrTransaction,
  sql: string,
  bindings: Record<string, unknown> = {},
): Promise<Row[]> {
  const answer = await db.raw<{ rows: Record<string, unknown>[] }>(
    sql,
    bindings as Record<string, Knex.RawBinding>,
  )
  const names = Object.keys(answer.rows[0] ?? {})
  if (!names.some((name) => name.includes('_'))) return answer.rows as Row[]
  const keys = names.map((name) => [name, camelCased(name)] as const)
  return answer.rows.map((row) => Object.fromEntries(keys.map(([name, key]) => [key, row[name]]))) as Row[]
}

const camelCased = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
