import type { Incident, IncidentAction, IncidentKind } from '../../contracts/incident.ts'
import { Refusal } from '../../contracts/refusal.ts'
import type { RemovalLimit } from '../../rules/removal-limit.ts'
import { rows, type Transaction } from '../database.ts'
import { type DecidedBy, approveAll, denyAll } from '../changes/decide-change.ts'
import { decideHold, type HoldDecision } from '../holds/decide-hold.ts'
import { endIncident } from './end-alerts.ts'
import { failedChangesOf } from '../changes/failed-changes.ts'
import { renewNotice } from './incident-notice.ts'
import { readIncident } from './read-incidents.ts'
import { retryAll } from '../changes/retry-change.ts'
import { revertDrift } from '../mirror/revert-drift.ts'
import { lockRequestsOf } from '../changes/waiting-requests.ts'
import { type Origin, originIn, writeAudit } from '../audit/write-audit.ts'

export type DecidingIncident = {
  incidentId: string
  action: IncidentAction
  /** What whoever decides has seen. */
  revision: number
  /** The admin who decides. */
  memberId: string
  via: 'discord' | 'web' | 'api'
  removalLimit: RemovalLimit
  mirrorMaxAgeS: number
} & Origin

type Subject = { key: string; kind: IncidentKind; subjectId: string | null; subjectRevision: number | null }

const outcomeOf = { approve: 'approved', deny: 'denied', retry: 'retried', revert: 'reverted' } as const

/**
 * Acts on an incident as it was shown, and has its message say so.
 * @throws {Refusal} NOT_FOUND (INCIDENT_NOT_FOUND), CONFLICT (INCIDENT_CHANGED with the incident as it is now, ACTION_NOT_OFFERED, NOBODY_WAITS), or
 *   as `decideHold`, `retryAll` and `revertDrift`.
 */
export async function decideIncident(tx: Transaction, deciding: DecidingIncident): Promise<Incident> {
  const { incidentId, action, memberId, via } = deciding
  const [locked] = await rows<Subject>(
    tx,
    'select key, kind, subject_id, subject_revision from incident where id = :incidentId for update',
    { incidentId },
  )
  if (!locked) throw incidentNotFound()
  requireOffered(await mustRead(tx, incidentId), deciding)
  if (action === 'acknowledge') await acknowledge(tx, incidentId, memberId)
  else {
    await carryOut(tx, action, locked, deciding)
    await endIncident(tx, incidentId, outcomeOf[action])
  }
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'incident.decided',
      subjectKind: 'incident',
      subjectId: incidentId,
      via,
      outcome: action,
      ...originIn(deciding),
    },
  ])
  return mustRead(tx, incidentId)
}

/** The refusal for an incident that does not exist. */
export function incidentNotFound(): Refusal {
  return new Refusal('NOT_FOUND', 'There is no incident of this id (any more).', {
    reason: 'INCIDENT_NOT_FOUND',
  })
}

function requireOffered(incident: Incident, { action, revision }: DecidingIncident): void {
  if (incident.revision !== revision)
    throw new Refusal('CONFLICT', 'This has changed since you looked. See how it is now, then decide.', {
      reason: 'INCIDENT_CHANGED',
      details: { incident },
    })
  if (!incident.actions.includes(action))
    throw new Refusal('CONFLICT', 'That can’t be done about this incident, or not any more.', {
      reason: 'ACTION_NOT_OFFERED',
      details: { incident },
    })
}

async function acknowledge(tx: Transaction, incidentId: string, memberId: string): Promise<void> {
  await rows(
    tx,
    `update incident set state = 'acknowledged', acknowledged_by = :memberId, acknowledged_at = now(), revision = revision + 1
     where id = :incidentId`,
    { incidentId, memberId },
  )
  await renewNotice(tx, incidentId, 'decided')
}

async function carryOut(
  tx: Transaction,
  action: Exclude<IncidentAction, 'acknowledge'>,
  { key, kind, subjectId, subjectRevision }: Subject,
  { memberId, via, removalLimit, mirrorMaxAgeS, ...deciding }: DecidingIncident,
): Promise<void> {
  const by = { memberId, via, ...originIn(deciding) }
  const subject = subjectId ?? ''
  switch (action) {
    case 'approve':
    case 'deny':
      if (kind === 'requests-waiting')
        return answerRequests(tx, { incidentId: deciding.incidentId, listId: subject }, action, by)
      await decideAsShown(tx, deciding.incidentId, {
        holdId: subject,
        revision: subjectRevision,
        decision: action,
        ...by,
      })
      return
    case 'retry':
      await retryAll(tx, {
        changeIds: await changesToRetry(tx, key, subject),
        removalLimit,
        mirrorMaxAgeS,
        ...by,
      })
      return
    case 'revert':
      await revertDrift(tx, { driftId: subject, removalLimit, mirrorMaxAgeS, ...by })
  }
}

/** All whom the message names and who still wait. */
async function answerRequests(
  tx: Transaction,
  incident: { incidentId: string; listId: string },
  action: 'approve' | 'deny',
  by: DecidedBy,
): Promise<void> {
  const waiting = await lockRequestsOf(tx, incident)
  if (waiting.length === 0)
    throw new Refusal('CONFLICT', 'Nobody waits for that any more: it was decided, or taken back.', {
      reason: 'NOBODY_WAITS',
    })
  await (action === 'approve' ? approveAll(tx, waiting, by) : denyAll(tx, waiting, { reason: null, ...by }))
}

/** All that the incident names. Where that is nobody any more, whoever retries is told why. */
async function changesToRetry(tx: Transaction, key: string, subjectId: string): Promise<string[]> {
  const failed = await failedChangesOf(tx, { key, subjectId })
  return failed.length > 0 ? failed.map(({ id }) => id) : [subjectId]
}

/** What joined the hold may not be in its message yet: whoever shows that has heard of it. */
async function decideAsShown(tx: Transaction, incidentId: string, decision: HoldDecision): Promise<void> {
  try {
    await decideHold(tx, decision)
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.reason !== 'HOLD_CHANGED') throw refusal
    throw new Refusal(
      'CONFLICT',
      'More has joined this than its message shows. It is told in a moment: see how it is then, and decide.',
      { reason: 'INCIDENT_CHANGED', details: { incident: await mustRead(tx, incidentId) } },
    )
  }
}

async function mustRead(tx: Transaction, incidentId: string): Promise<Incident> {
  const incident = await readIncident(tx, incidentId)
  if (incident === null) throw new Error(`incident ${incidentId} vanished inside its own transaction`)
  return incident
}
