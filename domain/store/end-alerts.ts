import { type Database, rows } from './database.ts'

type Ending = { db: Database; log: { error(details: object, message: string): void } }

/** Ends the incidents of these keys, so that the same trouble alerts anew when it comes back. Never throws. */
export async function endAlerts({ db, log }: Ending, keys: readonly string[]): Promise<void> {
  try {
    await rows(
      db,
      `update notice set incident_key = incident_key || ' ended ' || id where incident_key = any(:keys)`,
      { keys },
    )
  } catch (error) {
    log.error({ err: error, incidents: keys }, 'these incidents could not be ended')
  }
}
