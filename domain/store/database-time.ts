import { type Database, rows } from './database.ts'

/**
 * Now, by the clock that the rows were written by. A read of the directory that began after a row was written shows what is newer than
 * that row, whatever its version says.
 */
export async function databaseTime(db: Database): Promise<string> {
  const [now] = await rows<{ at: string }>(db, 'select clock_timestamp()::text as at')
  if (!now) throw new Error('Postgres did not say what time it is')
  return now.at
}
