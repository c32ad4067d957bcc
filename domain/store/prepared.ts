import type { Client } from 'pg'
import type { Database } from './database.ts'

/** A statement that Postgres parses and plans once a connection: for the few that run with every request. */
export type Prepared = { name: string; text: string }

/**
 * Runs a prepared statement outside of any transaction. Its columns come as the statement names them, so that it
 * says `as "displayName"` itself.
 */
export async function prepared<Row extends object>(
  db: Database,
  statement: Prepared,
  values: readonly unknown[],
): Promise<Row[]> {
  const connection = (await db.client.acquireConnection()) as Client
  try {
    const answer = await connection.query<Row>({ ...statement, values: [...values] })
    return answer.rows
  } finally {
    await db.client.releaseConnection(connection)
  }
}
