import { problemsOfDirectoryAddress } from '../domain/contracts/directory-address.ts'
import { chosen, type Environment, readEnvironment, withEnvFile } from '../domain/contracts/environment.ts'

const variables = chosen(
  'APP_ENV',
  'LOG_LEVEL',
  'DATABASE_URL',
  'DATABASE_POOL_MAX',
  'JOBS_URL',
  'REDIS_URL',
  'HEALTH_PORT',
  'LDAP_URL',
  'LDAP_CA_FILE',
  'LDAP_STARTTLS',
  'LDAP_BIND_DN',
  'LDAP_BIND_PASSWORD',
  'LDAP_PEOPLE_BASE',
  'LDAP_PEOPLE_FILTER',
  'LDAP_LISTS_BASE',
  'LDAP_LIST_CLASS',
  'LDAP_PLACEHOLDER_DN',
  'LDAP_ADMIN_GROUP',
  'LDAP_ADMIN_GID',
  'LISTS_DEFAULT_JOIN',
  'WRITES',
  'DISCORD_TOKEN',
  'DISCORD_API_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'SYNC_INTERVAL_S',
  'SWEEP_INTERVAL_S',
)

export type WorkerConfig = ReturnType<typeof readWorkerConfig>

/** @throws {ConfigError} */
export function readWorkerConfig(injected: Environment = process.env) {
  return readEnvironment(variables, withEnvFile(injected, process.cwd()), problemsOfDirectoryAddress)
}
