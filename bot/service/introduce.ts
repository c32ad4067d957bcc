import type { Logger } from 'pino'
import { MixedEnvironments } from '../../domain/contracts/mixed-environments.ts'
import { pause } from '../../domain/rules/pause.ts'
import { ApiAway, ApiRefusal, callApi } from '../call-api.ts'
import type { BotConfig } from '../config.ts'

const pauseMs = 5000

/**
 * Asks the API whether this bot belongs to its installation, until it answers, and tells it the language of the server once that is
 * known. What else the API refuses shows with the first command.
 * @throws {MixedEnvironments} when the bot is another environment's, server's or application's.
 */
export async function introduce(
  { apiUrl, serviceToken, appEnv, discord }: BotConfig,
  { signal, log, locale }: { signal: AbortSignal; log: Logger; locale?: string },
): Promise<void> {
  const { applicationId, guildId } = discord
  while (!signal.aborted) {
    try {
      await callApi(apiUrl, {
        method: 'POST',
        path: '/bot',
        headers: { authorization: `Bearer ${serviceToken}` },
        body: { appEnv, applicationId, guildId, ...(locale === undefined ? {} : { locale }) },
        answer: null,
        deadlineMs: 3000,
        signal,
      })
      return
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ApiRefusal && error.reason === 'OTHER_INSTALLATION')
        throw new MixedEnvironments(error.message)
      if (!(error instanceof ApiAway) && !(error instanceof ApiRefusal && error.status === 503)) {
        if (error instanceof ApiRefusal && error.status === 401)
          log.error(
            { err: error },
            `the API at API_URL (${apiUrl}) does not take SERVICE_TOKEN, so no command will work. Give api and bot the same one, then start both again`,
          )
        else log.warn({ err: error }, 'the API did not say whether this bot belongs to it')
        return
      }
    }
    await pause(pauseMs, signal)
  }
}
