import { existsSync } from 'node:fs'
import { chosen } from '../domain/contracts/environment.ts'
import {
  ConfigError,
  type Environment,
  readEnvironment,
  withEnvFile,
} from '../domain/contracts/read-environment.ts'
import { problemsOfMixedEnvironments } from '../domain/contracts/mixed-environments.ts'

const { DISCORD_GUILD_ID, DISCORD_APPLICATION_ID } = chosen('DISCORD_GUILD_ID', 'DISCORD_APPLICATION_ID')

/** What a command reads that needs the database alone. */
export const variables = {
  ...chosen('APP_ENV', 'DATABASE_URL'),
  // Only compared with what the database was stamped with.
  DISCORD_GUILD_ID: { ...DISCORD_GUILD_ID, optional: true as const },
  DISCORD_APPLICATION_ID: { ...DISCORD_APPLICATION_ID, optional: true as const },
}

/** What this process was given, for a command that looks at all of it. */
export const readProcessEnvironment = (): Environment => process.env

/** Where `npm start` keeps the address of its own Postgres while it runs. */
const ofStart = '.data/database-url'

/** What a command of the repository needs to reach the database. @throws {ConfigError} */
export function readDatabaseConfig(injected: Environment = process.env) {
  try {
    return readEnvironment(variables, withEnvFile(injected, process.cwd()), problemsOfMixedEnvironments)
  } catch (error) {
    if (!(error instanceof ConfigError) || !existsSync(ofStart)) throw error
    throw new ConfigError(
      error.problems.map((problem) =>
        problem.startsWith('DATABASE_URL is missing')
          ? `${problem}\n    Beside npm start write DATABASE_URL_FILE=${ofStart} before the command.`
          : problem,
      ),
    )
  }
}

/** The key that signs checkpoints of the audit. @throws {ConfigError} */
export function readAuditKey(injected: Environment = process.env): string {
  const variables = chosen('APP_ENV', 'AUDIT_SIGNING_KEY')
  const { AUDIT_SIGNING_KEY } = readEnvironment(variables, withEnvFile(injected, process.cwd()))
  if (AUDIT_SIGNING_KEY !== undefined) return AUDIT_SIGNING_KEY
  throw new ConfigError([
    `AUDIT_SIGNING_KEY is missing. Example: AUDIT_SIGNING_KEY=${variables.AUDIT_SIGNING_KEY.example}`,
  ])
}
