import type { ChangeAction } from '../../contracts/change.ts'
import { type Database, rows } from '../database.ts'
import { entryObserved, hasAnyEntry, hasDueEntry, hasWork, isDueList, isFree } from './due-list.ts'
import { newId } from '../new-id.ts'
import { taken, takenChanges } from './take-in-hand.ts'

export type LeasedList = {
  id: string
  source: string
  /** Null for one that the directory does not have yet. */
  entryUuid: string | null
  /** Where it was last known to be; null likewise. */
  dn: string | null
  name: string
  version: string | null
  leaseToken: string
  /** A modify asserted on this version may still be under way, sent by a worker that was not heard of since. */
  assertingVersion: string | null
  /** The directory refuses this list alone, while it takes others. */
  isRefusedAlone: boolean
  /** Its members, as the mirror has them, take much memory: few such lists at a time. */
  isHeavy: boolean
  /** What is to be done about its entry, before anything about its members; null when nothing is due. */
  entry: DueEntry | null
}

/** An entry that is to be made, edited or deleted. */
export type DueEntry = {
  state: 'creating' | 'active' | 'deleting'
  attempts: number
  /** Those of the attempts that were answered with a no that may not be the last. */
  refusals: number
  /** Somebody had it in hand before and was not heard of since: the directory may have what they did. */
  wasInHand: boolean
  description: string
  wantedName: string | null
  wantedDescription: string | null
}

/** A change that a worker has in hand, with the member as the mirror knows them. */
export type ApplyingChange = {
  id: string
  action: ChangeAction
  attempts: number
  /** How often the server gave no reason (1, 80). */
  unexplained: number
  requestId: string | null
  requestedByMember: boolean
  /** An admin has said yes to it, or it was never beyond the limit when they did. */
  removalApproved: boolean
  memberId: string
  entryUuid: string
  uid: string
  dnKey: string
  mails: string[]
}

/** How many changes one modify takes together, and how many of a list are applied before the others of its lane are leased. */
export const batchSize = 1000

/** From so many members on a list is heavy. Which are written anew in one replace is another question (`plan-modify.ts`). */
export const heavyFrom = 10_000
const isHeavy = (list: string) =>
  `(select count(*) from (select from membership s where s.list_id = ${list} limit ${heavyFrom}) as counted) = ${heavyFrom}`

/** `light`: no heavy list. `token`: what the lease will be known by, for whoever may have to give it back unseen. */
type Leasing = { leaseMs: number; observeOnly: boolean; light?: boolean; token?: string }

/**
 * Leases the lane's list that has waited longest and turns its due changes into `applying`, those of an expired lease
 * included: they are looked at again, and found if they were done. A list of `served` is leased again only when none of the
 * others is due. Null when no list of the lane is due and free. `observeOnly` leaves alone what has been observed already.
 *
 * Its commit does not wait for the disk. Should a crash of Postgres lose it, the changes are queued as they were, and what
 * confirms the lease before anything is written to the directory (`renewLease`, whose own commit waits for all before it) finds
 * no lease.
 */
export async function leaseDueList(
  db: Database,
  { lane, served = [], ...leasing }: Leasing & { lane: number; served?: readonly string[] },
): Promise<{ list: LeasedList; changes: ApplyingChange[] } | null> {
  return lease(db, leaseDue, { lane, served, ...bindingsOf(leasing) })
}

/**
 * Leases this list although its target is paused, with whatever is queued for it, due or not: on trial. Null when it is leased,
 * or has nothing to be done, or waits for an admin's word.
 */
export async function leaseForTrial(
  db: Database,
  { listId, ...leasing }: Leasing & { listId: string },
): Promise<{ list: LeasedList; changes: ApplyingChange[] } | null> {
  return lease(db, leaseOnTrial, { listId, ...bindingsOf(leasing) })
}

const bindingsOf = ({ leaseMs, observeOnly, light = false, token = newId() }: Leasing) => ({
  token,
  leaseS: leaseMs / 1000,
  observeOnly,
  light,
  most: batchSize,
})

async function lease(
  db: Database,
  sql: string,
  bindings: Readonly<Record<string, unknown>>,
): Promise<{ list: LeasedList; changes: ApplyingChange[] } | null> {
  const [leased] = await rows<LeasedList & { changes: ApplyingChange[] }>(db, sql, bindings)
  if (!leased) return null
  const { changes, ...list } = leased
  return { list, changes }
}

/**
 * Keeps a lease for another `leaseMs`. False when it was lost: then nothing more may be done in its name. `asserting`: a modify asserted on
 * this version is sent next. Should it be late, whoever has the list by then knows of it.
 */
export async function renewLease(
  db: Database,
  {
    listId,
    leaseToken,
    leaseMs,
    asserting = null,
  }: { listId: string; leaseToken: string; leaseMs: number; asserting?: string | null },
): Promise<boolean> {
  const renewed = await rows(
    db,
    `update list set lease_until = now() + make_interval(secs => :leaseS),
       asserting_version = coalesce(:asserting, asserting_version)
     where id = :listId and lease_token = :leaseToken and lease_until > now() returning id`,
    { listId, leaseToken, leaseS: leaseMs / 1000, asserting },
  )
  return renewed.length === 1
}

/**
 * Ends a lease before its time, should there be one with this token, and wakes the workers: the next one looks at what was in hand as at
 * what a dead worker left, so that nothing needs to be known of how far this one came. What was due about the entry is no longer
 * untried.
 */
export async function giveLeaseBack(db: Database, token: string): Promise<void> {
  await rows(
    db,
    `with given as (
       update list set lease_token = null, lease_until = null,
         entry_problem = case when entry_due_at is null then entry_problem
           else coalesce(nullif(entry_problem, :observed), 'The worker was interrupted, so that nobody knows whether this was done.') end
       where lease_token = :token returning lane)
     select pg_notify('change_queued', lane::text) from given`,
    { token, observed: entryObserved },
  )
}

/**
 * While something is due about its entry, a list's changes wait. What is due is that of the row as it was locked: read beside it, it would be
 * that of the moment at which the statement began, which another worker may have done since.
 */
const leasing = (chosen: string, due: { entry: string; change: string }): string => `
  with chosen as (${chosen}), leased as (
    update list l set lease_token = :token, lease_until = now() + make_interval(secs => :leaseS)
    from chosen where l.id = chosen.id
    returning l.id, l.source, l.entry_uuid, l.dn, l.name, l.version, l.lease_token, l.asserting_version,
      case when ${due.entry} then json_build_object('state', l.state, 'attempts', l.entry_attempts, 'refusals', l.entry_refusals,
        'wasInHand', chosen.was_in_hand, 'description', l.description,
        'wantedName', l.wanted_name, 'wantedDescription', l.wanted_description) end as entry,
      l.refused_code is not null as is_refused_alone, ${isHeavy('l.id')} as is_heavy,
      set_config('synchronous_commit', 'off', true)
  ), ${taken('(select id from leased where entry is null)', due.change)}
  select id, source, entry_uuid, dn, name, version, lease_token, asserting_version, is_refused_alone, is_heavy, entry, (${takenChanges}) as changes from leased`

const leaseDue = leasing(
  `select l.id, l.lease_until is not null as was_in_hand from list l where l.lane = :lane and ${isDueList} and not (:light and ${isHeavy('l.id')})
   order by l.id = any(:served::uuid[]),
     least(l.entry_due_at, (select min(c.due_at) from change c where c.list_id = l.id and c.state in ('queued', 'applying')))
   limit 1
   for update of l skip locked`,
  { entry: hasDueEntry, change: 'c.due_at <= now()' },
)

const leaseOnTrial = leasing(
  `select l.id, l.lease_until is not null as was_in_hand from list l where l.id = :listId and ${isFree} and ${hasWork} and not (:light and ${isHeavy('l.id')})
   for update of l skip locked`,
  { entry: hasAnyEntry, change: 'c.due_at is not null' },
)
