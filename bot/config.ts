import { problemsOfApiAddress } from '../domain/contracts/api-address.ts'
import { chosen } from '../domain/contracts/environment.ts'
import { type Environment, readEnvironment, withEnvFile } from '../domain/contracts/read-environment.ts'

/** What this process reads. */
export const variables = {
  ...chosen('APP_ENV', 'LOG_LEVEL', 'HEALTH_PORT', 'API_URL', 'SERVICE_TOKEN'),
  ...chosen('DISCORD_TOKEN', 'DISCORD_APPLICATION_ID', 'DISCORD_GUILD_ID', 'DISCORD_API_URL'),
  ...chosen('DISCORD_VERIFIED_ROLE_ID', 'DISCORD_ALERT_CHANNEL_ID'),
}

export type BotConfig = ReturnType<typeof readBotConfig>

/**
 * What the bot was told by its environment, `.env.dev` or `.env.prod` below it.
 * @throws {ConfigError} naming everything that is missing or wrong.
 */
export function readBotConfig(injected: Environment = process.env, folder = process.cwd()) {
  const values = readEnvironment(variables, withEnvFile(injected, folder), problemsOfApiAddress)
  return {
    appEnv: values.APP_ENV,
    /** Where the API is, without a slash at the end. */
    apiUrl: values.API_URL.replace(/\/+$/, ''),
    serviceToken: newestOf(values.SERVICE_TOKEN),
    discord: {
      token: values.DISCORD_TOKEN,
      applicationId: values.DISCORD_APPLICATION_ID,
      guildId: values.DISCORD_GUILD_ID,
      apiUrl: values.DISCORD_API_URL,
      /** Where admins are told when the service is away. */
      alertChannelId: values.DISCORD_ALERT_CHANNEL_ID,
    },
    /** Whether linked members have a role, which somebody who joins anew has lost. */
    hasVerifiedRole: values.DISCORD_VERIFIED_ROLE_ID !== undefined,
    healthPort: values.HEALTH_PORT,
    logLevel: values.LOG_LEVEL,
  }
}

/** While the token is rotated the API takes both; the bot shows the first. */
function newestOf(tokens: string): string {
  return tokens.split(',')[0] ?? tokens
}
