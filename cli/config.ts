import { chosen, type Environment, readEnvironment, withEnvFile } from '../domain/contracts/environment.ts'

/** What a command of the repository needs to reach the database. @throws {ConfigError} */
export function readDatabaseConfig(injected: Environment = process.env) {
  return readEnvironment(chosen('APP_ENV', 'DATABASE_URL'), withEnvFile(injected, process.cwd()))
}
