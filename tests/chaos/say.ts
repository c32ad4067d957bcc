import { setTimeout as delay } from 'node:timers/promises'
import type { ChaosSystem } from './chaos-system.ts'

/** A write, as an account speaks it through the bot. */
export type Said = {
  account: string
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: object
  key: string
}

const answerWithinMs = 4000
const againMs = { first: 100, most: 1000 }

/** Says the same, with the same key, until there is an answer that is the last: whoever gets none does not know whether it was accepted. */
export async function sayUntilAnswered(
  { apiUrl, serviceToken }: ChaosSystem,
  { account, method, path, body, key }: Said,
  sayAgain: () => void,
): Promise<{ status: number; text: string }> {
  for (let pauseMs = againMs.first; ; pauseMs = Math.min(againMs.most, pauseMs * 2)) {
    try {
      const answer = await fetch(`${apiUrl}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${serviceToken}`,
          'x-discord-user': account,
          'idempotency-key': key,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(answerWithinMs),
      })
      const text = await answer.text()
      if (answer.status < 500 && answer.status !== 429) return { status: answer.status, text }
    } catch {
      // It may have been accepted all the same.
    }
    await delay(pauseMs)
    sayAgain()
  }
}
