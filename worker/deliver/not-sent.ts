import { retryDelayMs } from '../../domain/rules/retry-delay.ts'
import {
  endOutgoing,
  type OutgoingMail,
  type OutgoingNotice,
  postponeOutgoing,
} from '../../domain/store/outbox.ts'
import { type PlainMail, queuePlainMail } from '../../domain/store/queue-mail.ts'
import type { WorkerContext } from '../context.ts'

/** What could not be sent for this long is given up, and stays on record as failed. */
const giveUpAfterS = 3 * 24 * 3600

/** Later, or given up; then the mail that says the same goes out `instead`, in the same transaction. */
export async function notSent(
  context: WorkerContext,
  table: 'mail' | 'notice',
  item: OutgoingMail | OutgoingNotice,
  why: { refused: boolean; error: string; afterMs: number | null; instead: PlainMail | null },
): Promise<void> {
  const { refused, error, afterMs, instead } = why
  // An incident lasts as long as it lasts: its message is worth sending whenever that is possible again.
  const isOld = item.ageS > giveUpAfterS && !('incidentId' in item && item.incidentId !== null)
  const givenUp = refused || isOld
  context.log.warn(
    { [table]: item.id, attempts: item.attempts, error },
    givenUp ? 'could not be sent, given up' : 'not sent yet, will be tried again',
  )
  if (!givenUp) {
    const inMs = Math.max(afterMs ?? 0, retryDelayMs(item.attempts))
    return postponeOutgoing(context.db, table, item, { inMs, error })
  }
  await context.db.transaction(async (tx) => {
    if (instead) await queuePlainMail(tx, instead)
    await endOutgoing(tx, table, item, { state: 'failed', error })
  })
}
