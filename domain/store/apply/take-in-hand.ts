import { rows, type Transaction } from '../database.ts'
import type { ApplyingChange } from './lease-list.ts'

/** Turns at most `most` due changes of a list, whose lease and row lock the caller holds, into `applying`. */
export async function takeInHand(
  tx: Transaction,
  listId: string,
  { observeOnly, most }: { observeOnly: boolean; most: number },
): Promise<ApplyingChange[]> {
  const [found] = await rows<{ changes: ApplyingChange[] }>(tx, takeFromList, { listId, observeOnly, most })
  return found?.changes ?? []
}

/**
 * Takes what is due of a list in hand. A change whose pair has another in hand already stays behind it, so that two words of
 * one member are never applied out of order. The state is looked at again under the change's own lock: what was cancelled,
 * recorded or postponed since this statement began is left out. In words that no index of open changes has: those few are found by their ids,
 * and not among all that wait, of which Postgres expects a handful. `isDue`: of a change `c`.
 */
export function taken(listId: string, isDue: string): string {
  return `taken as (
    update change c set state = 'applying'
    where c.id in (
      select c.id from change c
      where c.list_id = ${listId} and (c.state = 'applying' or (c.state = 'queued' and ${isDue}
        and not (:observeOnly and c.would_write is not null)
        and c.member_id not in (select a.member_id from change a where a.list_id = ${listId} and a.state = 'applying')))
      order by c.created_at
      limit :most)
      and case c.state when 'applying' then true when 'queued' then ${isDue} else false end
    returning id, member_id, action, attempts, unexplained, request_id, requested_by, removal_approved, created_at)`
}

/** In the order in which they were asked for. As JSON: a thousand rows of a driver's cost more than all else. */
export const takenChanges = `
  select coalesce(json_agg(json_build_object('id', t.id, 'action', t.action, 'attempts', t.attempts,
    'unexplained', t.unexplained,
    'requestId', t.request_id, 'requestedByMember', t.requested_by is not distinct from t.member_id,
    'removalApproved', t.removal_approved, 'memberId', m.id, 'entryUuid', m.entry_uuid, 'uid', m.uid, 'dnKey', m.dn_key,
    'mails', m.mails) order by t.created_at), '[]') as changes
  from taken t join member m on m.id = t.member_id`

const takeFromList = `with ${taken(':listId', 'c.due_at <= now()')} ${takenChanges}`
