import { join } from 'node:path'
import { problemsOfApiAddress } from '../domain/contracts/api-address.ts'
import { chosen, type Environment, readEnvironment, withEnvFile } from '../domain/contracts/environment.ts'

export type BotConfig = {
  appEnv: 'dev' | 'prod'
  /** Where the API is, without a slash at the end. */
  apiUrl: string
  serviceToken: string
  discord: {
    token: string
    applicationId: string
    guildId: string
    apiUrl: string
    /** Where admins are told when the service is away. */
    alertChannelId: string | undefined
  }
  /** Whether linked members have a role, which somebody who joins anew has lost. */
  hasVerifiedRole: boolean
  healthPort: number | undefined
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

/** What this process reads. */
export const variables = {
  ...chosen('APP_ENV', 'LOG_LEVEL', 'HEALTH_PORT', 'API_URL', 'SERVICE_TOKEN'),
  ...chosen('DISCORD_TOKEN', 'DISCORD_APPLICATION_ID', 'DISCORD_GUILD_ID', 'DISCORD_API_URL'),
  ...chosen('DISCORD_VERIFIED_ROLE_ID', 'DISCORD_ALERT_CHANNEL_ID'),
}

/** The configuration of this process. @throws {ConfigError} */
export function loadBotConfig(): BotConfig {
  return readBotConfig(withEnvFile(process.env, join(import.meta.dirname, '..')))
}

/** @throws {ConfigError} naming every variable that is missing or wrong. */
export function readBotConfig(environment: Environment): BotConfig {
  const values = readEnvironment(variables, environment, problemsOfApiAddress)
  return {
    appEnv: values.APP_ENV,
    apiUrl: values.API_URL.replace(/\/+$/, ''),
    serviceToken: newestOf(values.SERVICE_TOKEN),
    discord: {
      token: values.DISCORD_TOKEN,
      applicationId: values.DISCORD_APPLICATION_ID,
      guildId: values.DISCORD_GUILD_ID,
      apiUrl: values.DISCORD_API_URL,
      alertChannelId: values.DISCORD_ALERT_CHANNEL_ID,
    },
    hasVerifiedRole: values.DISCORD_VERIFIED_ROLE_ID !== undefined,
    healthPort: values.HEALTH_PORT,
    logLevel: values.LOG_LEVEL,
  }
}

/** While the token is rotated the API takes both; the bot shows the first. */
function newestOf(tokens: string): string {
  return tokens.split(',')[0] ?? tokens
}
