import { type Database, rows, type Transaction } from '../database.ts'
import type { FailedChange } from '../changes/failed-changes.ts'

/** Changes of a list that the directory refused alike. The latest of them is what their incident is about. */
export type UntoldRefusals = {
  listId: string
  list: string
  code: string
  /** What the directory said of the latest. */
  message: string
  latest: FailedChange
  ids: string[]
}

/** The incident of changes of a list that were refused alike. */
export const refusalIncident = (listId: string, code: string): string => `change-failed ${listId} ${code}`

/**
 * What the directory refused for good within the last day and no incident names yet; `listId`: of this list only. Not what its member
 * has said something else about since.
 */
export async function readUntoldRefusals(
  db: Database,
  listId: string | null = null,
): Promise<UntoldRefusals[]> {
  return rows<UntoldRefusals>(
    db,
    `select c.list_id, l.name as list, c.refusal as code, array_agg(c.id order by c.id) as ids,
       (array_agg(c.refusal_message order by c.id desc))[1] as message,
       (array_agg(jsonb_build_object('id', c.id, 'uid', m.uid, 'action', c.action) order by c.id desc))[1] as latest
     from change c join list l on l.id = c.list_id join member m on m.id = c.member_id
     where c.refusal_message is not null and c.refusal_told_at is null and c.ended_at > now() - interval '1 day'
       and (:listId::uuid is null or c.list_id = :listId::uuid)
       and not exists (
         select 1 from change n where n.list_id = c.list_id and n.member_id = c.member_id and n.created_at > c.created_at)
     group by c.list_id, l.name, c.refusal
     order by min(c.ended_at)`,
    { listId },
  )
}

/**
 * Admins are told of these changes in this transaction. False when others have told of all of them, or their members have said something
 * else since; for who has the lock of their incident's key.
 */
export async function markRefusalsTold(tx: Transaction, ids: readonly string[]): Promise<boolean> {
  const told = await rows(
    tx,
    // In the order of their ids, as whoever tells members of these.
    `with untold as (
       select id from change where id = any(:ids::uuid[]) and refusal_told_at is null order by id for no key update)
     update change c set refusal_told_at = clock_timestamp() from untold
     where c.id = untold.id and c.refusal_told_at is null and not exists (
       select 1 from change n where n.list_id = c.list_id and n.member_id = c.member_id and n.created_at > c.created_at)
     returning 1`,
    { ids },
  )
  return told.length > 0
}
