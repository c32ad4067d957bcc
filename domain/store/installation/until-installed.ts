import { MixedEnvironments } from '../../contracts/mixed-environments.ts'
import { sqlState, sqlStateOf } from '../../contracts/sql-state.ts'
import { pause } from '../../rules/pause.ts'
import { retryDelayMs } from '../../rules/retry-delay.ts'
import { type Belonging, checkInstallation } from './check-installation.ts'
import type { Database } from '../database.ts'

const longestPauseMs = 5000
/** Longer than a database that is there takes to say whose it is: after this a process starts without having heard. */
export const installedWithinMs = 3000

/**
 * Waits until the database is there and says that this process belongs to it. Nothing may be done in it before: it could be the
 * other environment's. Ends without a word when `signal` says so.
 * @throws {MixedEnvironments}
 */
export async function untilInstalled(
  db: Database,
  told: Belonging,
  { signal, log }: { signal: AbortSignal; log: { warn(details: object, message: string): void } },
): Promise<void> {
  for (let attempts = 0; !signal.aborted; attempts += 1) {
    try {
      return await checkInstallation(db, told)
    } catch (error) {
      if (error instanceof MixedEnvironments) throw error
      // Said once: what is missing shows in /readyz, and comes when it comes.
      if (attempts === 0)
        log.warn(
          { err: error },
          sqlStateOf(error) === sqlState.undefinedTable
            ? 'the database has no schema yet: npm run migrate makes it'
            : 'the database is not there yet',
        )
      const pauseMs = Math.min(longestPauseMs, retryDelayMs(attempts))
      await pause(pauseMs, signal)
    }
  }
}
