import type { ChangeAction } from '../contracts/change.ts'
import { type Database, rows, type Transaction } from './database.ts'
import { newId } from './new-id.ts'

export type LeasedList = {
  id: string
  entryUuid: string
  dn: string
  name: string
  version: string | null
  leaseToken: string
}

/** A change that a worker has in hand, with the member as the mirror knows them. */
export type ApplyingChange = {
  id: string
  action: ChangeAction
  attempts: number
  requestId: string | null
  memberId: string
  entryUuid: string
  uid: string
  dnKey: string
  mails: string[]
}

/** How many changes one modify takes together. */
const batchSize = 1000

/**
 * Leases the lane's list that has waited longest and turns its due changes into `applying`, those of an expired lease
 * included: they are looked at again, and found if they were done. Null when no list of the lane is due and free.
 * `observeOnly` leaves alone what has been observed already.
 *
 * Its commit does not wait for the disk. Should a crash of Postgres lose it, the changes are queued as they were, and what
 * confirms the lease before anything is written to the directory (`renewLease`, whose own commit waits for all before it) finds
 * no lease.
 */
export async function leaseDueList(
  db: Database,
  { lane, leaseMs, observeOnly }: { lane: number; leaseMs: number; observeOnly: boolean },
): Promise<{ list: LeasedList; changes: ApplyingChange[] } | null> {
  const [leased] = await rows<LeasedList & { changes: ApplyingChange[] }>(db, leaseAndTake, {
    token: newId(),
    lane,
    leaseS: leaseMs / 1000,
    observeOnly,
    batchSize,
  })
  if (!leased) return null
  const { changes, ...list } = leased
  return { list, changes }
}

/**
 * Whether the lane has a list that is due and that no lease holds: then `leaseDueList` gave null because somebody had
 * its row locked for a moment.
 */
export async function isLaneDue(
  db: Database,
  { lane, observeOnly }: { lane: number; observeOnly: boolean },
): Promise<boolean> {
  const due = await rows(
    db,
    `select 1 from list l
     where l.lane = :lane and l.state in ('active', 'gone') and (l.lease_until is null or l.lease_until < now())
       and exists (
         select 1 from change c where c.list_id = l.id and (c.state = 'applying'
           or (c.state = 'queued' and c.due_at <= now() and not (:observeOnly and c.would_write is not null))))
     limit 1`,
    { lane, observeOnly },
  )
  return due.length === 1
}

/** Turns the due changes of a list, whose lease and row lock the caller holds, into `applying`. */
export async function takeInHand(
  tx: Transaction,
  listId: string,
  observeOnly: boolean,
): Promise<ApplyingChange[]> {
  const [taken] = await rows<{ changes: ApplyingChange[] }>(tx, takeFromList, {
    listId,
    observeOnly,
    batchSize,
  })
  return taken?.changes ?? []
}

/** Keeps a lease for another `leaseMs`. False when it was lost: then nothing more may be done in its name. */
export async function renewLease(
  db: Database,
  { listId, leaseToken, leaseMs }: { listId: string; leaseToken: string; leaseMs: number },
): Promise<boolean> {
  const renewed = await rows(
    db,
    `update list set lease_until = now() + make_interval(secs => :leaseS)
     where id = :listId and lease_token = :leaseToken and lease_until > now() returning id`,
    { listId, leaseToken, leaseS: leaseMs / 1000 },
  )
  return renewed.length === 1
}

/**
 * Takes what is due of a list in hand. A change whose pair has another in hand already stays behind it, so that two words of
 * one member are never applied out of order. The state is looked at again under the change's own lock: what was cancelled,
 * recorded or postponed since this statement began is left out.
 */
function taken(listId: string): string {
  return `taken as (
    update change set state = 'applying'
    where id in (
      select c.id from change c
      where c.list_id = ${listId} and (c.state = 'applying' or (c.state = 'queued' and c.due_at <= now()
        and not (:observeOnly and c.would_write is not null)
        and c.member_id not in (select a.member_id from change a where a.list_id = ${listId} and a.state = 'applying')))
      order by c.created_at
      limit :batchSize)
      and (state = 'applying' or (state = 'queued' and due_at <= now()))
    returning id, member_id, action, attempts, request_id, created_at)`
}

/** In the order in which they were asked for. As JSON: a thousand rows of a driver's cost more than all else. */
const takenChanges = `
  select coalesce(json_agg(json_build_object('id', t.id, 'action', t.action, 'attempts', t.attempts,
    'requestId', t.request_id, 'memberId', m.id, 'entryUuid', m.entry_uuid, 'uid', m.uid, 'dnKey', m.dn_key,
    'mails', m.mails) order by t.created_at), '[]') as changes
  from taken t join member m on m.id = t.member_id`

const takeFromList = `with ${taken(':listId')} ${takenChanges}`

const leaseAndTake = `
  with leased as (
    update list set lease_token = :token, lease_until = now() + make_interval(secs => :leaseS)
    where id = (
      select l.id from list l
      where l.lane = :lane and l.state in ('active', 'gone') and (l.lease_until is null or l.lease_until < now())
        and exists (
          select 1 from change c where c.list_id = l.id and (c.state = 'applying'
            or (c.state = 'queued' and c.due_at <= now() and not (:observeOnly and c.would_write is not null))))
      order by (select min(c.due_at) from change c where c.list_id = l.id and c.state in ('queued', 'applying'))
      limit 1
      for update of l skip locked)
    returning id, entry_uuid, dn, name, version, lease_token, set_config('synchronous_commit', 'off', true)
  ), ${taken('(select id from leased)')}
  select id, entry_uuid, dn, name, version, lease_token, (${takenChanges}) as changes from leased`
