import { hash } from 'node:crypto'
import type { Subscription } from '../../../domain/contracts/subscription.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'

/** A strong ETag (RFC 9110, section 8.8.3) of the answer with the subscriptions, as JSON: it changes with anything that this says. */
export const etagOfAnswer = (answer: string | Buffer): string =>
  `"${hash('sha256', answer, 'base64url').slice(0, 27)}"`

/** Whether a list of ETags, as If-Match and If-None-Match send it, names this one. */
export const namesTag = (header: string, etag: string): boolean =>
  header.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim()))

/** @throws {Refusal} PRECONDITION_FAILED when the state is not the one that the caller has seen. */
export function requireMatch(ifMatch: string | undefined, items: readonly Subscription[]): void {
  if (ifMatch === undefined || namesTag(ifMatch, etagOfAnswer(JSON.stringify({ items })))) return
  throw new Refusal(
    'PRECONDITION_FAILED',
    'Your subscriptions have changed since you read them. Read them again, then decide.',
    { reason: 'SUBSCRIPTIONS_CHANGED' },
  )
}
