import { type Database, openDatabase } from '../../domain/store/database.ts'

/** Opens the database that this start uses, on one connection, for as long as the work takes. */
export async function withDatabase<Result>(
  url: string,
  work: (db: Database) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase(url, { poolMax: 1, name: 'guildpost-start' })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}
