import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'

/** Whether the directory was read at least once: before that nothing is known to be missing. An SQL expression. */
export const isMirrorRead = `exists (select 1 from sync_run where state = 'done' and not dry_run)`

/** The same as an answer. */
export async function wasMirrorRead(tx: Transaction): Promise<boolean> {
  const [mirror] = await rows<{ isRead: boolean }>(tx, `select ${isMirrorRead} as is_read`)
  return mirror?.isRead === true
}

/** The refusal of everything that needs the mirror before the directory was read for the first time. */
export function mirrorMissing(): Refusal {
  return new Refusal('UNAVAILABLE', 'The directory has not been read yet. Please try again in a minute.', {
    reason: 'MIRROR_MISSING',
    retryAfterS: 30,
  })
}
