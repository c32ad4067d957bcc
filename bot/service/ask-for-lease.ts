import type { Logger } from 'pino'
import { ApiRefusal, callApi, isPassing } from '../call-api.ts'
import type { BotConfig } from '../config.ts'

/**
 * What the API says: the lease is ours, or another bot's; it gives none, as one of an older version; it does not take our token; or it can't
 * say now.
 */
export type Word = 'ours' | 'taken' | 'unknown' | 'refused' | 'silent'

/** A renewal that takes longer comes too late to be worth waiting for. */
const deadlineMs = 3000

/** Asks the API for the lease, or for more of it; for 0 ms to give it back. */
export function createLeaseAsker(
  { apiUrl, serviceToken }: BotConfig,
  { token, log }: { token: string; log: Logger },
): (forMs: number) => Promise<Word> {
  return async (forMs) => {
    try {
      await callApi(apiUrl, {
        method: 'PUT',
        path: '/bot/lease',
        headers: { authorization: `Bearer ${serviceToken}` },
        body: { token, forMs },
        answer: null,
        deadlineMs,
      })
      return 'ours'
    } catch (error) {
      if (error instanceof ApiRefusal && error.reason === 'LEASE_TAKEN') return 'taken'
      if (isPassing(error)) return 'silent'
      log.debug({ err: error }, 'the API gives no lease')
      return error instanceof ApiRefusal && error.status === 401 ? 'refused' : 'unknown'
    }
  }
}
