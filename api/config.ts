import { isIP } from 'node:net'
import { listClasses } from '../adapters/ldap/entries/list-class.ts'
import { problemsOfPeopleFilter } from '../adapters/ldap/search/people-filter.ts'
import { problemsOfApiAddress } from '../domain/contracts/api-address.ts'
import { problemsOfDirectoryAddress } from '../domain/contracts/directory-address.ts'
import { problemsOfMixedEnvironments } from '../domain/contracts/mixed-environments.ts'
import { chosen } from '../domain/contracts/environment.ts'
import { type Environment, readEnvironment, withEnvFile } from '../domain/contracts/read-environment.ts'

/** What this process reads. */
export const variables = chosen(
  'APP_ENV',
  'LOG_LEVEL',
  'DATABASE_URL',
  'DATABASE_POOL_MAX',
  'JOBS_URL',
  'REDIS_URL',
  'API_HOST',
  'API_PORT',
  'API_URL',
  'SERVICE_TOKEN',
  'METRICS_TOKEN',
  'TRUST_PROXY',
  'CORS_ORIGINS',
  'LDAP_URL',
  'LDAP_CA_FILE',
  'LDAP_STARTTLS',
  'LDAP_READ_BIND_DN',
  'LDAP_READ_BIND_PASSWORD',
  'LDAP_PEOPLE_BASE',
  'LDAP_PEOPLE_FILTER',
  'LDAP_LISTS_BASE',
  'LDAP_LIST_CLASS',
  'LDAP_ADMIN_GROUP',
  'LDAP_ADMIN_GID',
  'SYNC_INTERVAL_S',
  'SESSION_DAYS',
  'SITE_TZ',
  'REMOVAL_LIMIT_PERCENT',
  'REMOVAL_LIMIT_COUNT',
  'AUDIT_SIGNING_KEY',
  'DISCORD_ALERT_CHANNEL_ID',
  'DISCORD_WORKFLOW_CHANNEL_ID',
  'GITHUB_WEBHOOK_SECRET',
  'ALERTMANAGER_TOKEN',
  'ALERT_MAIL_TO',
  'ALERT_AFTER_S',
  'CHANGES_LIMIT',
  'CHANGES_WINDOW_S',
)

export type ApiConfig = ReturnType<typeof readApiConfig>

/**
 * What the API was told by its environment, `.env.dev` or `.env.prod` below it.
 * @throws {ConfigError} naming everything that is missing or wrong.
 */
export function readApiConfig(injected: Environment = process.env, folder = process.cwd()) {
  const values = readEnvironment(variables, withEnvFile(injected, folder), problemsTogether)
  return {
    appEnv: values.APP_ENV,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    databasePoolMax: values.DATABASE_POOL_MAX,
    jobsUrl: values.JOBS_URL,
    redisUrl: values.REDIS_URL,
    host: values.API_HOST,
    port: values.API_PORT,
    /** Without a slash at its end. */
    url: values.API_URL.replace(/\/+$/, ''),
    serviceTokens: values.SERVICE_TOKEN.split(','),
    metricsToken: values.METRICS_TOKEN ?? null,
    trustedProxies: listOf(values.TRUST_PROXY),
    corsOrigins: listOf(values.CORS_ORIGINS),
    directory: {
      url: values.LDAP_URL,
      caFile: values.LDAP_CA_FILE,
      startTls: values.LDAP_STARTTLS === 'on',
      bindDn: values.LDAP_READ_BIND_DN,
      bindPassword: values.LDAP_READ_BIND_PASSWORD,
      peopleBase: values.LDAP_PEOPLE_BASE,
      peopleFilter: values.LDAP_PEOPLE_FILTER,
      listsBase: values.LDAP_LISTS_BASE,
      listClass: values.LDAP_LIST_CLASS,
      adminGroup: values.LDAP_ADMIN_GROUP,
    },
    /** Two reads of the directory may be missed before the mirror is not believed any more. */
    mirrorMaxAgeS: 2 * values.SYNC_INTERVAL_S,
    sessionDays: values.SESSION_DAYS,
    siteTimeZone: values.SITE_TZ,
    adminGid: values.LDAP_ADMIN_GID ?? null,
    removalLimit: { percent: values.REMOVAL_LIMIT_PERCENT, count: values.REMOVAL_LIMIT_COUNT },
    listsHoldDescription: listClasses[values.LDAP_LIST_CLASS].holdsDescription,
    auditSigningKey: values.AUDIT_SIGNING_KEY ?? null,
    alertTo: { channelId: values.DISCORD_ALERT_CHANNEL_ID ?? null, mailTo: values.ALERT_MAIL_TO ?? null },
    workflowChannelId: values.DISCORD_WORKFLOW_CHANNEL_ID ?? null,
    githubWebhookSecret: values.GITHUB_WEBHOOK_SECRET ?? null,
    alertmanagerToken: values.ALERTMANAGER_TOKEN ?? null,
    alertAfterS: values.ALERT_AFTER_S,
    changesLimit: values.CHANGES_LIMIT,
    changesWindowS: values.CHANGES_WINDOW_S,
  }
}

type Valid = Partial<ReturnType<typeof readEnvironment<typeof variables>>>

/** What no single variable shows; a sentence each. */
export const problemsTogether = (valid: Valid): string[] => [
  ...problemsOfMixedEnvironments(valid),
  ...problemsOfApiAddress(valid),
  ...problemsOfReadAccount(valid),
  ...problemsOfDirectoryAddress(valid),
  ...problemsOfPeopleFilter(valid),
  ...problemsOfProxies(valid),
  ...problemsOfOrigins(valid),
]

function problemsOfReadAccount(values: Valid): string[] {
  if ((values.LDAP_READ_BIND_DN === undefined) === (values.LDAP_READ_BIND_PASSWORD === undefined)) return []
  return [
    'LDAP_READ_BIND_DN and LDAP_READ_BIND_PASSWORD belong together: set both, or neither to read anonymously.',
  ]
}

function problemsOfProxies({ TRUST_PROXY }: Valid): string[] {
  const wrong = listOf(TRUST_PROXY).filter((range) => !isAddressRange(range))
  if (wrong.length === 0) return []
  return [`TRUST_PROXY has ${wrong.join(', ')}: name addresses or ranges. Example: TRUST_PROXY=10.0.0.0/8`]
}

function isAddressRange(range: string): boolean {
  const [, address = '', prefix] = /^([^/]+)(?:\/([0-9]{1,3}))?$/.exec(range) ?? []
  const family = isIP(address)
  const longest = family === 4 ? 32 : 128
  return family !== 0 && (prefix === undefined || (Number(prefix) >= 1 && Number(prefix) <= longest))
}

/** An origin as browsers send it: a star, a path or a slash at its end would never match. */
function problemsOfOrigins({ CORS_ORIGINS }: Valid): string[] {
  const wrong = listOf(CORS_ORIGINS).filter(
    (origin) => !/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin,
  )
  if (wrong.length === 0) return []
  return [
    `CORS_ORIGINS has ${wrong.join(', ')}: name origins, without a path. Example: CORS_ORIGINS=https://members.example.org`,
  ]
}

const listOf = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
