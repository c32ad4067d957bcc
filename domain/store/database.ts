import knex, { type Knex } from 'knex'
import { knexSnakeCaseMappers } from 'objection'
import type { Socket } from 'node:net'
import type { Client, QueryConfig, QueryResult } from 'pg'
import { preparedFrom } from './prepared.ts'

/** A pool of connections to Postgres. */
export type Database = Knex
/** Inside a transaction; whatever takes one never commits by itself. */
export type Transaction = Knex.Transaction
export type DatabaseOrTransaction = Database | Transaction

const nothing = (): void => {}
/** What goes wrong is thrown, and logged by whoever it concerns: knex would write it to standard output besides. */
const silent = { warn: nothing, error: nothing, debug: nothing, deprecate: nothing }

/** Longer than Postgres lets a statement last, or a transaction in which nothing is said. */
const longestSilenceMs = 65_000

/**
 * Opens a pool of at most `poolMax` connections; nothing connects before the first query. One on which nothing was said for `silentForMs` is
 * given up (0: never, for who has statements last as long as they take).
 */
export function openDatabase(
  url: string,
  options: { poolMax?: number; name?: string; silentForMs?: number } = {},
): Database {
  const { silentForMs = longestSilenceMs } = options
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: options.name ?? 'guildpost',
      connectionTimeoutMillis: 5000,
      keepAlive: true,
      options: [
        '-c statement_timeout=60000 -c idle_in_transaction_session_timeout=60000',
        // Statements are prepared, and small: planning one anew takes longer than running it.
        '-c plan_cache_mode=force_generic_plan',
        // Compiling one takes far longer than any of them runs.
        '-c jit=off',
      ].join(' '),
    },
    pool: {
      min: 0,
      max: options.poolMax ?? 10,
      afterCreate: (client: Client, done: (error: null, client: Client) => void) => {
        giveUpWhenSilent(client, silentForMs)
        done(null, client)
      },
    },
    acquireConnectionTimeout: 8000,
    asyncStackTraces: false,
    // An error's text would carry the values: addresses, tokens.
    compileSqlOnError: false,
    log: silent,
    ...knexSnakeCaseMappers(),
  })
}

/**
 * What was lost on the way, or went to a server that is gone, is never answered, and its connection doesn't end: whoever asked would wait until the
 * system gives it up, a quarter of an hour or two hours later, while new connections are answered.
 */
function giveUpWhenSilent(client: Client, ms: number): void {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.setTimeout(ms, () =>
    stream.destroy(new Error(`Connection terminated: nothing was heard of Postgres for ${ms / 1000} s`)),
  )
}

/**
 * Runs SQL with named bindings (`:name`), as a prepared statement, and gives its rows, camelCased as every other query's. A
 * statement that gives many rows to every request names its columns so itself (`as "displayName"`): that costs nothing.
 * @throws {pg.DatabaseError} what Postgres refuses.
 */
export async function rows<Row>(
  db: DatabaseOrTransaction,
  sql: string,
  bindings: Readonly<Record<string, unknown>> = {},
): Promise<Row[]> {
  const { name, text, parameters } = preparedFrom(sql, bindings)
  const values = parameters.map((parameter) => {
    if (bindings[parameter] === undefined) throw new Error(`the binding :${parameter} is missing in ${text}`)
    return bindings[parameter]
  })
  // Straight to the driver: on its way through knex a small statement costs more than in Postgres.
  if (db.isTransaction && (db as Transaction).isCompleted())
    throw new Error('the transaction is over: this statement would run outside of it')
  const connection = (await db.client.acquireConnection()) as Client
  try {
    const answer = await ask(connection, { name, text, values })
    return camelCasedRows(answer.rows) as Row[]
  } catch (error) {
    // It was made where the answer was read: what it tells from here leads to whoever asked.
    if (error instanceof Error) Error.captureStackTrace(error)
    throw error
  } finally {
    await db.client.releaseConnection(connection)
  }
}

type Answer = QueryResult<Record<string, unknown>>

/**
 * By a callback: under the promises that the driver itself makes (pg 8.23) answers outlive the small collections of garbage, which brings a large
 * one each second, and an eighth fewer requests (`npm run bench -- api`, 0.61 and 0.69 of the bare server's, 2026-11-23).
 */
const ask = (connection: Client, statement: QueryConfig): Promise<Answer> =>
  new Promise((resolve, reject) => {
    connection.query(statement, (error: Error | null, answer: Answer) =>
      error ? reject(error) : resolve(answer),
    )
  })

function camelCasedRows(found: Record<string, unknown>[]): Record<string, unknown>[] {
  const names = Object.keys(found[0] ?? {})
  if (!names.some((name) => name.includes('_'))) return found
  const keys = names.map((name) => [name, camelCased(name)] as const)
  return found.map((row) => {
    const renamed: Record<string, unknown> = {}
    for (const [name, key] of keys) renamed[key] = row[name]
    return renamed
  })
}

const camelCased = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
