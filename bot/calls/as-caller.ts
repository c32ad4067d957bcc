import type { TSchema } from 'typebox'
import { type ApiAnswer, type ApiCall, callApi } from '../call-api.ts'

/** The Discord account that is asking, and the interaction, or whatever else happened, by which it asks. */
export type Caller = { discordUserId: string; interactionId: string }

export type Calling = ReturnType<typeof asCaller>

/** Attempts of ordinary calls: quick enough that a person still looks, long enough for a restart of the API. */
const ordinary = { deadlineMs: 8_000, retryAfterMs: [150, 600, 1_500] }

/**
 * Reading and writing in somebody's name. Writes carry the interaction's id as Idempotency-Key, which counts for one path, so that an
 * interaction that arrives twice is one wish.
 */
export function asCaller(
  { url, serviceToken }: { url: string; serviceToken: string },
  { discordUserId, interactionId }: Caller,
) {
  const headers = {
    authorization: `Bearer ${serviceToken}`,
    'x-discord-user': discordUserId,
    'x-request-id': interactionId,
  }
  const read = <Schema extends TSchema>(
    path: string,
    answer: Schema,
    more: Partial<ApiCall<Schema>> = {},
  ): Promise<ApiAnswer<Schema>> =>
    callApi(url, { method: 'GET', path, headers, answer, ...ordinary, ...more })
  const write = <Schema extends TSchema | null>(
    method: 'PUT' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    answer: Schema,
    body?: unknown,
  ): Promise<ApiAnswer<Schema>> =>
    callApi(url, {
      method,
      path,
      headers: { ...headers, 'idempotency-key': interactionId },
      body,
      answer,
      ...ordinary,
    })
  return { read, write }
}
