import { chosen, type Environment, readEnvironment } from '../../domain/contracts/environment.ts'
import { freePort } from '../free-port.ts'
import type { ApiAddress } from './api-address.ts'
import type { Given } from './given-environment.ts'
import type { Secrets } from './secrets.ts'

/** A newcomer tries more in ten minutes than a member does. */
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
    CHANGES_LIMIT: environment['CHANGES_LIMIT'] || generousLimit,
  }
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

/** The same with a health port of its own: bot and worker can't both listen on the one that may have been given. */
export async function withHealthPort(environment: Environment): Promise<Environment> {
  return { ...environment, HEALTH_PORT: String(await freePort()) }
}
