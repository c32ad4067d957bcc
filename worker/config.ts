import { problemsOfPeopleFilter } from '../adapters/ldap/search/people-filter.ts'
import { problemsOfDirectoryAddress } from '../domain/contracts/directory-address.ts'
import { problemsOfMixedEnvironments } from '../domain/contracts/mixed-environments.ts'
import { chosen } from '../domain/contracts/environment.ts'
import { type Environment, readEnvironment, withEnvFile } from '../domain/contracts/read-environment.ts'

const own = chosen(
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
  'DISCORD_ALERT_CHANNEL_ID',
  'DISCORD_VERIFIED_ROLE_ID',
  'SMTP_URL',
  'MAIL_FROM',
  'ALERT_MAIL_TO',
  'SITE_TZ',
  'ALERT_AFTER_S',
  'REMOVAL_LIMIT_PERCENT',
  'REMOVAL_LIMIT_COUNT',
  'AUDIT_SIGNING_KEY',
  'METRICS_TOKEN',
  'SYNC_INTERVAL_S',
  'RECONCILE_INTERVAL_S',
  'SWEEP_INTERVAL_S',
)

/** What this process reads. */
export const variables = {
  ...own,
  // Only a role is given in a server; messages go to a channel or a person, wherever that is.
  DISCORD_GUILD_ID: { ...chosen('DISCORD_GUILD_ID').DISCORD_GUILD_ID, optional: true as const },
}

export type WorkerConfig = ReturnType<typeof readWorkerConfig>

/**
 * What the worker was told by its environment, `.env.dev` or `.env.prod` below it.
 * @throws {ConfigError} naming everything that is missing or wrong.
 */
export function readWorkerConfig(injected: Environment = process.env, folder = process.cwd()) {
  return readEnvironment(variables, withEnvFile(injected, folder), problemsTogether)
}

/** What no single variable shows; a sentence each. */
export const problemsTogether = (
  valid: Partial<ReturnType<typeof readEnvironment<typeof variables>>>,
): string[] => [
  ...problemsOfMixedEnvironments(valid),
  ...problemsOfDirectoryAddress(valid),
  ...problemsOfPeopleFilter(valid),
  ...(valid.DISCORD_VERIFIED_ROLE_ID !== undefined && valid.DISCORD_GUILD_ID === undefined
    ? [`DISCORD_VERIFIED_ROLE_ID needs DISCORD_GUILD_ID: ${variables.DISCORD_GUILD_ID.meaning}.`]
    : []),
]
