import { Refusal } from '../../contracts/refusal.ts'
import { rows, type Transaction } from '../database.ts'

/** "memb" in ASCII. */
const membersLock = 0x6d656d62

/** How long somebody who is to be deleted waits for those who write memberships; these wait behind them for as long. */
const waitMs = 2000
const retryAfterS = 10
const lockNotAvailable = '55P03'

/**
 * Nobody's row is deleted until this transaction is over. For whoever looks many members up and writes memberships: locking each of their
 * rows would be a third of the work.
 */
export async function keepMembers(tx: Transaction): Promise<void> {
  await rows(tx, 'select pg_advisory_xact_lock_shared(:membersLock)', { membersLock })
}

/**
 * Waits for those who keep members, and has others look theirs up anew afterwards. Before any row is locked, so that nobody waits
 * for one of those meanwhile.
 * @throws {Refusal} UNAVAILABLE when somebody keeps them for long.
 */
export async function holdOffKeepers(tx: Transaction): Promise<void> {
  await rows(tx, `select set_config('lock_timeout', :wait, true)`, { wait: `${waitMs}ms` })
  try {
    await rows(tx, 'select pg_advisory_xact_lock(:membersLock)', { membersLock })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== lockNotAvailable) throw error
    throw new Refusal('UNAVAILABLE', 'The directory is being read right now. Please try again in a minute.', {
      retryAfterS,
      cause: error,
    })
  }
  await rows(tx, `select set_config('lock_timeout', '0', true)`)
}
