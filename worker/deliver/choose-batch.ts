import type { WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'
import { stuckAfterAttempts } from './is-stuck.ts'

/** As many embeds as a message of Discord has. */
const digestAtMost = 10
/** What waits longer than this is told together with what waits behind it. */
const foldAfterS = 60

/** Of the first ones that wait, in order, those that are sent now: one, or several that one message shows. */
export function chooseBatch(waiting: readonly WaitingNotice[]): WaitingNotice[] {
  const [first] = waiting
  if (!first) return []
  const { digest } = first.tried
  // What may be there as a digest is that digest again, or nothing would know it.
  if (digest !== null && first.doubtfulSince !== null)
    return waiting.filter((one) => one.tried.digest === digest).slice(0, digestAtMost)
  if (!mayFold(first) || first.ageS <= foldAfterS) return [first]
  const end = waiting.findIndex((one) => !mayFold(one))
  return waiting.slice(0, Math.min(digestAtMost, end === -1 ? waiting.length : end))
}

/** Told for the first time, calling nobody, and surely not there yet. */
const mayFold = (one: WaitingNotice): boolean =>
  one.kind === 'topic' &&
  one.destinationKind === 'channel' &&
  one.sentRevision === 0 &&
  one.messageId === null &&
  one.mention === null &&
  one.doubtfulSince === null &&
  one.attempts < stuckAfterAttempts
