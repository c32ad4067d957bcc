import { rows, type Transaction } from '../database.ts'

/** What the removal limit judges: how many were taken off a list without asking, and how large it was before. */
export type Removals = { removed: number; sizeAtStart: number }

/**
 * Removals from a list that the person did not ask for, of the last hour and on their way, and the list's size an hour ago.
 *
 * Each person counts once: taken off by a change that ended within the hour, by a change that is queued or in a worker's hand (one that
 * an admin has approved, too: it will take somebody off), or by another tool. What waits for approval has taken nobody off. The size is
 * today's without who came within the hour and with who went, whoever asked for that, however long ago; of many whom another tool put
 * there not all are known by name, and none of them counts.
 *
 * `without`: changes on their way that are not counted, since they are held back, or take nobody off.
 *
 * Who decides by it holds the list's row (`for no key update`, or stronger): two at once would not see each other's.
 */
export async function readRemovals(
  tx: Transaction,
  listId: string,
  { without = [] }: { without?: readonly string[] } = {},
): Promise<Removals> {
  const [found] = await rows<Removals>(tx, removalsOfList, { listId, without })
  if (!found) throw new Error('counting gave no number')
  return found
}

const removalsOfList = `
  with unasked as (
    select member_id, ended_at as at from change
    where list_id = :listId and state = 'applied' and action = 'unsubscribe' and requested_by is distinct from member_id
      and ended_at > now() - interval '1 hour'
  ), coming as (
    select member_id from change
    where list_id = :listId and state in ('queued', 'applying') and action = 'unsubscribe'
      and requested_by is distinct from member_id and id <> all(:without::uuid[])
  ), drifted as (
    select d.id, d.joined, d.parted, d.at from drift d where d.list_id = :listId and d.at > now() - interval '1 hour'
  ), drifters as (
    select m.member_id, m.way, d.at from drifted d join drift_member m on m.drift_id = d.id
  ), moved as (
    select member_id, 'parted' as way, at from unasked
    union all
    select member_id, way, at from drifters
    union all
    select member_id, case action when 'subscribe' then 'joined' else 'parted' end, ended_at from change
    where list_id = :listId and state = 'applied' and ended_at > now() - interval '1 hour'
      and (action = 'unsubscribe' or proof_how = 'modified')
  ), first_move as (
    select distinct on (member_id) member_id, way from moved order by member_id, at
  ), settled as (
    select f.way, s.member_id is not null as here
    from first_move f left join membership s on s.list_id = :listId and s.member_id = f.member_id
  )
  select
    greatest(
      (select count(*) from (
        select member_id from unasked union select member_id from coming
        union select member_id from drifters where way = 'parted') as people),
      (select coalesce(sum(parted), 0) from drifted))::integer as "removed",
    greatest(0, (select count(*) from membership where list_id = :listId)
      + (select count(*) filter (where way = 'parted' and not here) - count(*) filter (where way = 'joined' and here)
         from settled)
      - (select coalesce(sum(joined), 0) from drifted)
      + (select count(*) from drifters where way = 'joined'))::integer as "sizeAtStart"`
