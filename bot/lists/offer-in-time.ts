import { setTimeout as delay } from 'node:timers/promises'
import { ApiRefusal } from '../call-api.ts'
import type { Asking, Choice } from '../turn.ts'

/** What the API takes as a search. */
const longestSearch = 100

/**
 * What `find` offers for what was typed, in time. Nothing when the API is away or slow, or will not say; a name can be typed all the
 * same.
 */
export async function offerInTime(
  { t, timing, log }: Asking,
  typed: string,
  find: (q: string) => Promise<Choice[]>,
): Promise<Choice[]> {
  const found = find(typed.trim().toWellFormed().slice(0, longestSearch)).catch((error: unknown) => {
    if (error instanceof ApiRefusal && error.code === 'NOT_LINKED')
      return [{ name: t('choice.notLinked'), value: '/link' }]
    if (!(error instanceof ApiRefusal)) log.warn({ err: error }, 'autocomplete without the API')
    return []
  })
  return Promise.race([found, delay(timing.completeWithinMs, [], { ref: false })])
}
