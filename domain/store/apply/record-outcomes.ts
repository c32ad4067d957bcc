import type { ChangeAction } from '../../contracts/change.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import { holdRemovals } from '../holds/hold-removals.ts'
import { type ApplyingChange, batchSize, type LeasedList } from './lease-list.ts'
import { takeInHand } from './take-in-hand.ts'
import { writeAudit } from '../audit/write-audit.ts'

/** How a change in hand ended, or why it goes back into the queue. */
export type Outcome = {
  changeId: string
  memberId: string
  action: ChangeAction
  requestId: string | null
} & (
  | { kind: 'applied'; how: 'modified' | 'found'; version: string }
  /** `refusal`: what the directory said, where it refused the change; admins are to be told. */
  | { kind: 'failed'; code: string; message: string; refusal?: { code: string; message: string } }
  /**
   * `counts`: one more attempt of its own failed; it does not while the whole target is in trouble. `unexplained`: the answer gave no
   * reason (1, 80).
   */
  | { kind: 'postponed'; inMs: number; code: string; counts: boolean; unexplained?: boolean }
  | { kind: 'held' }
  | { kind: 'observed'; wouldWrite: string }
)

/** From which version to which a list went by our own hand. */
type Mirror = { from: string; to: string }

type Recording = {
  mirror: Mirror | null
  /** The last version that was read or written: an older read of the list says nothing new. */
  seen?: string | null
  /** A modify asserted on this version may still be under way. */
  asserting?: string | null
  observeOnly: boolean
  room?: number
  /** It was tried before and no answer came: what was recorded by that is left as it is. */
  isTriedAgain?: boolean
}

export type Recorded = { lost: true } | { lost: false; next: ApplyingChange[] }

/** A notification's payload is at most 8,000 bytes. */
const idsPerNotification = 200

/**
 * Records outcomes, mirror, version and audit in one transaction, only while the lease is still ours. `mirror` tells from
 * which version to which the list went: the mirror follows only when it had the first. Then looks once more for newly
 * queued changes, `room` of them at most: with some in hand the lease is kept, else it is let go in the same transaction.
 */
export async function recordOutcomes(
  db: Database,
  list: LeasedList,
  all: readonly Outcome[],
  {
    mirror,
    seen = mirror?.to ?? null,
    asserting = null,
    observeOnly,
    room = batchSize,
    isTriedAgain = false,
  }: Recording,
): Promise<Recorded> {
  return db.transaction(async (tx) => {
    const [stillOurs] = await rows<{ id: string }>(
      tx,
      'select id from list where id = :id and lease_token = :leaseToken and lease_until > now() for update',
      { id: list.id, leaseToken: list.leaseToken },
    )
    if (!stillOurs) return { lost: true }
    const outcomes = isTriedAgain ? await stillInHand(tx, all) : all
    await recordEnded(tx, outcomes)
    const gaveWay = await recordPostponed(tx, outcomes)
    await audit(tx, list, outcomes, gaveWay)
    const tooMany = outcomes.flatMap(({ kind, changeId }) => (kind === 'held' ? changeId : []))
    if (tooMany.length > 0) await holdRemovals(tx, { listId: list.id, changeIds: tooMany })
    const mustLetGo = room <= 0 || outcomes.some((outcome) => outcome.kind === 'postponed')
    const applied = outcomes.some(({ kind }) => kind === 'applied')
    const now = { mirror, applied, seen, asserting, mustLetGo, observeOnly }
    const more = await followAndLetGo(tx, list.id, now)
    const next = more ? await takeInHand(tx, list.id, { observeOnly, most: room }) : []
    // What was there a moment ago may have been cancelled.
    if (more && next.length === 0)
      await followAndLetGo(tx, list.id, { ...now, mirror: null, mustLetGo: true })
    return { lost: false, next }
  })
}

async function stillInHand(tx: Transaction, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  const inHand = await rows<{ id: string }>(
    tx,
    `select id from change where id = any(:ids::uuid[]) and state = 'applying'`,
    { ids: outcomes.map(({ changeId }) => changeId) },
  )
  const ids = new Set(inHand.map(({ id }) => id))
  return outcomes.filter(({ changeId }) => ids.has(changeId))
}

/** Outcomes that end a change; who is on the list follows what was applied. */
async function recordEnded(tx: Transaction, outcomes: readonly Outcome[]): Promise<void> {
  const ended = outcomes.filter((outcome) => outcome.kind === 'applied' || outcome.kind === 'failed')
  if (ended.length === 0) return
  await rows(
    tx,
    `with ended as (
       update change set state = r.state, ended_at = now(), proof_version = r.version, proof_how = r.how,
         reason_code = r.code, reason_message = r.message, refusal = r.refusal, refusal_message = r.said, would_write = null
       from unnest(:ids::uuid[], :states::text[], :versions::text[], :hows::text[], :codes::text[], :messages::text[],
         :refusals::text[], :said::text[]) as r (id, state, version, how, code, message, refusal, said)
       where change.id = r.id and change.state = 'applying'
       returning change.id, change.list_id, change.member_id, change.state, change.action
     ), joined as (
       insert into membership (list_id, member_id)
       select list_id, member_id from ended where state = 'applied' and action = 'subscribe' on conflict do nothing
     ), parted as (
       delete from membership s using ended e
       where e.state = 'applied' and e.action = 'unsubscribe' and s.member_id = e.member_id and s.list_id = e.list_id
     )
     select pg_notify('change_ended', string_agg(id::text, ','))
     from (select id, row_number() over () / :idsPerNotification as part from ended) as told group by part`,
    {
      idsPerNotification,
      ids: ended.map(({ changeId }) => changeId),
      states: ended.map(({ kind }) => kind),
      versions: ended.map((one) => (one.kind === 'applied' ? one.version : null)),
      hows: ended.map((one) => (one.kind === 'applied' ? one.how : null)),
      codes: ended.map((one) => (one.kind === 'failed' ? one.code : null)),
      messages: ended.map((one) => (one.kind === 'failed' ? one.message : null)),
      refusals: ended.map((one) => (one.kind === 'failed' ? (one.refusal?.code ?? null) : null)),
      said: ended.map((one) => (one.kind === 'failed' ? (one.refusal?.message ?? null) : null)),
    },
  )
}

/**
 * Back into the queue; where a newer word waits already, that one is the wish now and this one gives way to it. Gives which
 * gave way, to which.
 */
async function recordPostponed(tx: Transaction, outcomes: readonly Outcome[]): Promise<Map<string, string>> {
  const back = outcomes.flatMap((outcome) => {
    if (outcome.kind === 'postponed')
      return {
        id: outcome.changeId,
        in_s: outcome.inMs / 1000,
        more: outcome.counts ? 1 : 0,
        unexplained: outcome.unexplained === true ? 1 : 0,
        would_write: null,
      }
    if (outcome.kind === 'observed')
      return { id: outcome.changeId, in_s: 0, more: 1, unexplained: 0, would_write: outcome.wouldWrite }
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
       update change set state = 'queued', attempts = attempts + r.more,
         unexplained = change.unexplained + r.unexplained, due_at = now() + make_interval(secs => r.in_s),
         would_write = r.would_write
       from jsonb_to_recordset(:back) as r (id uuid, in_s float8, more integer, unexplained integer, would_write text)
       where change.id = r.id and change.state = 'applying'
       returning change.id, change.would_write)
     select pg_notify('change_observed', id::text) from waiting where would_write is not null`,
    bindings,
  )
  return new Map(gaveWay.map(({ id, by }) => [id, by]))
}

/**
 * The list's version follows our own change, and the list is let go, unless more is due at once; with `mustLetGo` also
 * then. `applied`: who is on it was written, if not its version, so that a read that began before is older than this. True when it
 * is kept.
 */
async function followAndLetGo(
  tx: Transaction,
  listId: string,
  {
    mirror,
    applied,
    seen,
    asserting,
    mustLetGo,
    observeOnly,
  }: Required<Omit<Recording, 'room' | 'isTriedAgain'>> & { applied: boolean; mustLetGo: boolean },
): Promise<boolean> {
  const [list] = await rows<{ kept: boolean }>(
    tx,
    `update list set
       echo_version = coalesce(:seen, echo_version),
       asserting_version = :asserting,
       version = case when step.to is not null and version is not distinct from step.from then step.to else version end,
       updated_at = case when :applied or step.to is not null then now() else updated_at end,
       lease_token = case when due.more then lease_token end,
       lease_until = case when due.more then lease_until end
     from (select :from::text as from, :to::text as to) as step, (
       select not :mustLetGo and not exists (
         select 1 from list l join target t on t.name = l.source
         where l.id = :listId and (t.paused_at is not null or l.entry_due_at <= now() or l.sync_wants_until > now())
       ) and exists (
         select 1 from change where list_id = :listId and (state = 'applying'
           or (state = 'queued' and due_at <= now() and not (:observeOnly and would_write is not null)))) as more
     ) as due
     where id = :listId
     returning lease_token is not null as kept`,
    {
      listId,
      from: mirror?.from ?? null,
      to: mirror?.to ?? null,
      applied,
      seen,
      asserting,
      mustLetGo,
      observeOnly,
    },
  )
  return list?.kept === true
}

async function audit(
  tx: Transaction,
  list: LeasedList,
  outcomes: readonly Outcome[],
  gaveWay: ReadonlyMap<string, string>,
): Promise<void> {
  // A hold tells of those that it holds.
  const worth = outcomes.filter(
    ({ kind, changeId }) => (kind !== 'postponed' && kind !== 'held') || gaveWay.has(changeId),
  )
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
