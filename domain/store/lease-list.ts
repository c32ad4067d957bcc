import type { ChangeAction } from '../contracts/change.ts'
import { type Database, rows, type Transaction } from './database.ts'
import { newId } from './new-id.ts'
import { dueLanes } from './wake-lanes.ts'

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
 */
export async function leaseDueList(
  db: Database,
  { lane, leaseMs, observeOnly }: { lane: number; leaseMs: number; observeOnly: boolean },
): Promise<{ list: LeasedList; changes: ApplyingChange[] } | null> {
  return db.transaction(async (tx) => {
    const [list] = await rows<LeasedList>(
      tx,
      `update list set lease_token = :token, lease_until = now() + make_interval(secs => :leaseS)
       where id = (
         select l.id from list l
         where l.lane = :lane and l.state in ('active', 'gone') and (l.lease_until is null or l.lease_until < now())
           and exists (
             select 1 from change c where c.list_id = l.id and (c.state = 'applying'
               or (c.state = 'queued' and c.due_at <= now() and not (:observeOnly and c.would_write is not null))))
         order by (select min(c.due_at) from change c where c.list_id = l.id and c.state in ('queued', 'applying'))
         limit 1
         for update of l skip locked)
       returning id, entry_uuid, dn, name, version, lease_token`,
      { token: newId(), lane, leaseS: leaseMs / 1000, observeOnly },
    )
    if (!list) return null
    return { list, changes: await takeInHand(tx, list.id, observeOnly) }
  })
}

/**
 * Whether the lane has a list that is due and that no lease holds: then `leaseDueList` gave null because somebody had
 * its row locked for a moment.
 */
export async function isLaneDue(
  db: Database,
  { lane, observeOnly }: { lane: number; observeOnly: boolean },
): Promise<boolean> {
  const due = await dueLanes(db, { observeOnly })
  return due.includes(lane)
}

/**
 * Turns the list's due changes into `applying`. One whose pair has another in hand already stays behind it, so that two
 * words of one member are never applied out of order.
 */
export async function takeInHand(
  tx: Transaction,
  listId: string,
  observeOnly: boolean,
): Promise<ApplyingChange[]> {
  return rows<ApplyingChange>(
    tx,
    `with taken as (
       update change set state = 'applying'
       where id in (
         select c.id from change c
         where c.list_id = :listId and c.state = 'queued' and c.due_at <= now()
           and not (:observeOnly and c.would_write is not null)
           and not exists (select 1 from change a where a.list_id = c.list_id and a.member_id = c.member_id and a.state = 'applying')
         order by c.created_at
         limit :batchSize
         for update of c)
         and state = 'queued'
       returning id, member_id, action, attempts, request_id, created_at
     ), in_hand as (
       select * from taken
       union all
       select id, member_id, action, attempts, request_id, created_at from change
       where list_id = :listId and state = 'applying'
     )
     select i.id, i.action, i.attempts, i.request_id, m.id as member_id, m.entry_uuid, m.uid, m.dn_key, m.mails
     from in_hand i join member m on m.id = i.member_id
     order by i.created_at`,
    { listId, observeOnly, batchSize },
  )
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
