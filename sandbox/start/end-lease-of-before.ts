import { chosen } from '../../domain/contracts/environment.ts'
import { type Environment, readEnvironment } from '../../domain/contracts/read-environment.ts'
import { rows } from '../../domain/store/database.ts'
import { withDatabase } from './with-database.ts'

/** Nobody else has the embedded database: a bot that holds the lease there was killed with all the rest, and this one need not wait for it to run out. */
export async function endLeaseOfBefore(environment: Environment): Promise<void> {
  const { DATABASE_URL: url } = readEnvironment(chosen('DATABASE_URL'), environment)
  await withDatabase(url, (db) => rows(db, `delete from turn where name = 'bot'`))
}
