import { chosen } from '../../domain/contracts/environment.ts'
import { type Environment, readEnvironment } from '../../domain/contracts/read-environment.ts'
import { openDatabase, rows } from '../../domain/store/database.ts'

/** Nobody else has the embedded database: a bot that holds the lease there was killed with all the rest, and this one need not wait for it to run out. */
export async function endLeaseOfBefore(environment: Environment): Promise<void> {
  const { DATABASE_URL: url } = readEnvironment(chosen('DATABASE_URL'), environment)
  const db = openDatabase(url, { poolMax: 1, name: 'guildpost-start' })
  try {
    await rows(db, `delete from turn where name = 'bot'`)
  } finally {
    await db.destroy()
  }
}
