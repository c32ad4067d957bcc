import type { ChangeAction } from '../contracts/change.ts'
import { type Database, rows, type Transaction } from './database.ts'
import { type ApplyingChange, type LeasedList, takeInHand } from './lease-list.ts'
import { writeAudit } from './write-audit.ts'

/** How a change in hand ended, or why it goes back into the queue. */
export type Outcome = {
  changeId: string
  memberId: string
  action: ChangeAction
  requestId: string | null
} & (
  | { kind: 'applied'; how: 'modified' | 'found'; version: string }
  | { kind: 'failed'; code: string; message: string }
  | { kind: 'postponed'; inMs: number; code: string }
  | { kind: 'observed'; wouldWrite: string }
)

export type Recorded = { lost: true } | { lost: false; next: ApplyingChange[] }

/**
 * Records outcomes, mirror, version and audit in one transaction, only while the lease is still ours. `mirror` tells from
 * which version to which the list went: the mirror follows only when it had the first. Then looks once more for newly
 * queued changes: with some in hand the lease is kept, else it is let go in the same transaction.
 */
export async function recordOutcomes(
  db: Database,
  list: LeasedList,
  outcomes: readonly Outcome[],
  { mirror, observeOnly }: { mirror: { from: string; to: string } | null; observeOnly: boolean },
): Promise<Recorded> {
  return db.transaction(async (tx) => {
    const [held] = await rows<{ id: string }>(
      tx,
      'select id from list where id = :id and lease_token = :leaseToken and lease_until > now() for update',
      { id: list.id, leaseToken: list.leaseToken },
    )
    if (!held) return { lost: true }
    await recordEnded(tx, outcomes)
    const gaveWay = await recordPostponed(tx, outcomes)
    await followInMirror(tx, list, outcomes, mirror)
    await audit(tx, list, outcomes, gaveWay)
    const again = outcomes.some((outcome) => outcome.kind === 'postponed')
    const next = again ? [] : await takeInHand(tx, list.id, observeOnly)
    if (next.length === 0)
      await rows(tx, 'update list set lease_token = null, lease_until = null where id = :id', { id: list.id })
    return { lost: false, next }
  })
}

async function recordEnded(tx: Transaction, outcomes: readonly Outcome[]): Promise<void> {
  const ended = outcomes.flatMap((outcome) => {
    if (outcome.kind === 'applied')
      return {
        id: outcome.changeId,
        state: 'applied',
        version: outcome.version,
        how: outcome.how,
        code: null,
        message: null,
      }
    if (outcome.kind === 'failed')
      return {
        id: outcome.changeId,
        state: 'failed',
        version: null,
        how: null,
        code: outcome.code,
        message: outcome.message,
      }
    return []
  })
  if (ended.length === 0) return
  await rows(
    tx,
    `with ended as (
       update change set state = r.state, ended_at = now(), proof_version = r.version, proof_how = r.how,
         reason_code = r.code, reason_message = r.message, would_write = null
       from jsonb_to_recordset(:ended) as r (id uuid, state text, version text, how text, code text, message text)
       where change.id = r.id and change.state = 'applying'
       returning change.id)
     select pg_notify('change_ended', id::text) from ended`,
    { ended: JSON.stringify(ended) },
  )
}

/**
 * Back into the queue; where a newer word waits already, that one is the wish now and this one gives way to it. Gives which
 * gave way, to which.
 */
async function recordPostponed(tx: Transaction, outcomes: readonly Outcome[]): Promise<Map<string, string>> {
  const back = outcomes.flatMap((outcome) => {
    if (outcome.kind === 'postponed')
      return { id: outcome.changeId, in_s: outcome.inMs / 1000, would_write: null }
    if (outcome.kind === 'observed') return { id: outcome.changeId, in_s: 0, would_write: outcome.wouldWrite }
    return []
  })
  if (back.length === 0) return new Map()
  const bindings = { back: JSON.stringify(back) }
  const gaveWay = await rows<{ id: string; by: string }>(
    tx,
    `with gave_way as (
       update change set state = 'superseded', ended_at = now(), superseded_by = w.id
       from jsonb_to_recordset(:back) as r (id uuid), change w
       where change.id = r.id and change.state = 'applying'
         and w.list_id = change.list_id and w.member_id = change.member_id and w.state in ('queued', 'awaiting_approval')
       returning change.id, w.id as by)
     select id, by, pg_notify('change_ended', id::text) from gave_way`,
    bindings,
  )
  await rows(
    tx,
    `with waiting as (
       update change set state = 'queued', attempts = attempts + 1, due_at = now() + make_interval(secs => r.in_s),
         would_write = r.would_write
       from jsonb_to_recordset(:back) as r (id uuid, in_s float8, would_write text)
       where change.id = r.id and change.state = 'applying'
       returning change.id, change.would_write)
     select pg_notify('change_observed', id::text) from waiting where would_write is not null`,
    bindings,
  )
  return new Map(gaveWay.map(({ id, by }) => [id, by]))
}

async function followInMirror(
  tx: Transaction,
  list: LeasedList,
  outcomes: readonly Outcome[],
  mirror: { from: string; to: string } | null,
): Promise<void> {
  const applied = outcomes.filter((outcome) => outcome.kind === 'applied')
  if (applied.length === 0) return
  const idsOf = (action: ChangeAction) =>
    applied.filter((outcome) => outcome.action === action).map((outcome) => outcome.memberId)
  await rows(
    tx,
    `insert into membership (list_id, member_id)
     select :listId, id from unnest(:joined::uuid[]) as m (id) on conflict do nothing`,
    { listId: list.id, joined: idsOf('subscribe') },
  )
  await rows(tx, 'delete from membership where list_id = :listId and member_id = any(:left::uuid[])', {
    listId: list.id,
    left: idsOf('unsubscribe'),
  })
  if (mirror)
    await rows(
      tx,
      `update list set echo_version = :to, updated_at = now(),
         version = case when version is not distinct from :from then :to else version end
       where id = :listId`,
      { listId: list.id, ...mirror },
    )
}

async function audit(
  tx: Transaction,
  list: LeasedList,
  outcomes: readonly Outcome[],
  gaveWay: ReadonlyMap<string, string>,
): Promise<void> {
  const worth = outcomes.filter((outcome) => outcome.kind !== 'postponed' || gaveWay.has(outcome.changeId))
  await writeAudit(
    tx,
    worth.map((outcome) => {
      const by = gaveWay.get(outcome.changeId)
      const kind = by === undefined ? outcome.kind : 'superseded'
      return {
        actorKind: 'worker' as const,
        actorId: null,
        event: `change.${kind}`,
        subjectKind: 'change' as const,
        subjectId: outcome.changeId,
        via: 'ldap',
        outcome: outcome.kind === 'failed' ? outcome.code : kind,
        details: {
          list: list.id,
          member: outcome.memberId,
          ...(by === undefined ? {} : { by }),
          ...(outcome.kind === 'applied' ? { version: outcome.version, how: outcome.how } : {}),
        },
        requestId: outcome.requestId,
      }
    }),
  )
}
