import { rows, type Transaction } from '../database.ts'
import { endIncident } from './end-alerts.ts'
import { failedChangesOf } from '../changes/failed-changes.ts'
import { lockIncidentKey } from './lock-incident-key.ts'
import type { Retry } from '../changes/retry-change.ts'
import { refusalIncident } from '../apply/untold-refusals.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

type IncidentOfChange = { id: string; key: string; subjectId: string }

/**
 * Locks the incident that lasts about this failed change and others that were refused alike; null where there is none. Before the change's
 * list, as everybody does who takes both.
 */
export async function lockIncidentOfChange(
  tx: Transaction,
  changeId: string,
): Promise<IncidentOfChange | null> {
  const [refused] = await rows<{ listId: string; refusal: string }>(
    tx,
    'select list_id, refusal from change where id = :changeId and refusal is not null',
    { changeId },
  )
  // Whoever is about to tell of it is waited for, or waits and sees that it was tried again.
  if (refused) await lockIncidentKey(tx, refusalIncident(refused.listId, refused.refusal))
  const [incident] = await rows<IncidentOfChange>(
    tx,
    `select i.id, i.key, i.subject_id from incident i
       -- What other kinds are about may be no change's id.
       join change s on s.id = case i.kind when 'change-failed' then i.subject_id::uuid end
       join change c on c.id = s.id or (c.list_id = s.list_id and c.refusal = s.refusal)
     where i.kind = 'change-failed' and i.state <> 'resolved' and c.id = :changeId
     for update of i`,
    { changeId },
  )
  return incident ?? null
}

/** The change was tried again. Once that is true of all that the incident is about, it is over, by the word of whoever retried the last. */
export async function endWhenRetried(
  tx: Transaction,
  incident: IncidentOfChange | null,
  { memberId, via, ...origin }: Pick<Retry, 'memberId' | 'via' | keyof Origin>,
): Promise<void> {
  if (incident === null || (await failedChangesOf(tx, incident)).length > 0) return
  await endIncident(tx, incident.id, 'retried')
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'incident.decided',
      subjectKind: 'incident',
      subjectId: incident.id,
      via,
      outcome: 'retry',
      ...originIn(origin),
    },
  ])
}
