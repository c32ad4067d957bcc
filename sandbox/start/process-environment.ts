import { chosen } from '../../domain/contracts/environment.ts'
import { type Environment, readEnvironment } from '../../domain/contracts/read-environment.ts'
import type { ApiAddress } from './api-address.ts'
import type { Given } from './given-environment.ts'
import type { Secrets } from './secrets.ts'

/** Whoever tries things at the prompt does more in ten minutes than a member does; the members of a real server are members. */
const generousLimit = '100'

/**
 * What all three processes are told: what was given, the stand-ins' addresses, and secrets that nobody gave.
 * @throws {ConfigError} when DATABASE_URL was given and is none.
 */
export function processEnvironment(
  given: Given,
  secrets: Secrets,
  { variables, address }: { variables: Environment; address: ApiAddress },
): Environment {
  const { environment, has } = given
  const all: Environment = {
    ...environment,
    ...variables,
    API_HOST: address.host,
    API_PORT: String(address.port),
    API_URL: address.url,
  }
  if (!environment['CHANGES_LIMIT'] && !has('DISCORD_TOKEN')) all['CHANGES_LIMIT'] = generousLimit
  const mayBeInvented = {
    SERVICE_TOKEN: secrets.serviceToken,
    METRICS_TOKEN: secrets.metricsToken,
    GITHUB_WEBHOOK_SECRET: secrets.githubWebhook,
    ALERTMANAGER_TOKEN: secrets.alertmanagerToken,
  }
  for (const [name, secret] of Object.entries(mayBeInvented))
    if (!environment[name] && !environment[`${name}_FILE`]) all[name] = secret
  if (!has('JOBS_URL')) all['JOBS_URL'] = readEnvironment(chosen('DATABASE_URL'), all).DATABASE_URL
  return all
}
