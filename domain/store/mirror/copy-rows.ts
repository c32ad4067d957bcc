import { pipeline } from 'node:stream/promises'
import type { Client } from 'pg'
import { from } from 'pg-copy-streams'
import type { DatabaseOrTransaction } from '../database.ts'

/**
 * Writes many rows by COPY, as texts in the order of `columns`, null where there is nothing: all or none. Postgres takes them for half of
 * what an insert costs, and has no `on conflict` for them.
 * @throws {pg.DatabaseError} what Postgres refuses.
 */
export async function copyRows(
  db: DatabaseOrTransaction,
  { table, columns }: { table: string; columns: string },
  lines: readonly (readonly (string | null)[])[],
): Promise<void> {
  if (lines.length === 0) return
  const text = `${lines.map(line).join('\n')}\n`
  const connection = (await db.client.acquireConnection()) as Client
  try {
    await pipeline([Buffer.from(text)], connection.query(from(`copy ${table} (${columns}) from stdin`)))
  } finally {
    await db.client.releaseConnection(connection)
  }
}

const line = (values: readonly (string | null)[]): string =>
  (special.test(values.join('')) ? values.map(copied) : values.map((value) => value ?? '\\N')).join('\t')

/** As the text format of COPY has it. */
function copied(value: string | null): string {
  if (value === null) return '\\N'
  return special.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? '') : value
}

const special = /[\\\t\n\r]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
