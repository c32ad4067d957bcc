import { within } from '../../rules/within.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { renewNotice } from './incident-notice.ts'
import { alertDeadlineMs, type Alerting, recordSaid } from './raise-alert.ts'

/** How an incident ended: by itself, or by what somebody decided. */
export type IncidentOutcome = 'over' | 'approved' | 'denied' | 'expired' | 'reverted' | 'retried'

/** `quietForS`: those that nobody has seen for so long. `begunForS`: those that began so long ago, or before; 0: whenever. */
type Only = { quietForS?: number; begunForS?: number }

/**
 * Ends the incidents of these keys: their messages say so, and the same trouble alerts anew when it comes back. Says whether
 * that is on record; never throws.
 */
export async function endAlerts(
  alerting: Alerting,
  keys: readonly string[],
  outcome: IncidentOutcome = 'over',
  { quietForS = 0, begunForS = 0 }: Only = {},
): Promise<boolean> {
  if (keys.length === 0) return true
  try {
    await within(alertDeadlineMs, async () => {
      await recordSaid(alerting)
      await alerting.db.transaction(async (tx) => {
        const ended = await rows<{ id: string }>(
          tx,
          `select id from incident
           where key = any(:keys) and state <> 'resolved' and last_at <= now() - make_interval(secs => :quietForS)
             and (:begunForS::float8 = 0 or began_at <= now() - make_interval(secs => :begunForS))
           order by id for update`,
          { keys, quietForS, begunForS },
        )
        for (const { id } of ended) await endIncident(tx, id, outcome)
      })
    })
    return true
  } catch (error) {
    alerting.log.error({ err: error, incidents: keys }, 'these incidents could not be ended')
    return false
  }
}

/** Ends one incident, and has its message say so; for who has its row locked. */
export async function endIncident(
  tx: DatabaseOrTransaction,
  incidentId: string,
  outcome: IncidentOutcome,
): Promise<void> {
  await rows(
    tx,
    `update incident set state = 'resolved', outcome = :outcome, resolved_at = now(), revision = revision + 1
     where id = :incidentId`,
    { incidentId, outcome },
  )
  await renewNotice(tx, incidentId, 'over')
}
