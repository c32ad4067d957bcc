import { type Database, rows, type Transaction } from '../database.ts'
import { namesOfDrift } from './read-sync-runs.ts'

/** What an alert tells of edits of a list by other tools: of the latest, names at most 1,000 of each, and how many there were. */
export type ToldDrift = {
  id: string
  listId: string
  list: string
  joined: string[]
  parted: string[]
  joinedCount: number
  partedCount: number
  /** Since admins were first told of this list, the latest among them. */
  edits: number
  /** All that no alert tells of yet. */
  untoldIds: string[]
}

/** The incident of edits of a list by other tools. */
export const driftIncident = (listId: string): string => `drift ${listId}`

/**
 * The latest edit of the last day of each list whose policy is to report them and of which no alert tells yet. By the clock of Postgres: ids
 * are made of that of whichever worker saw it.
 */
export async function readUntoldDrifts(db: Database): Promise<ToldDrift[]> {
  return rows<ToldDrift>(
    db,
    `select d.id, l.id as list_id, l.name as list, ${namesOfDrift('joined')} as joined, ${namesOfDrift('parted')} as parted,
       d.joined as joined_count, d.parted as parted_count, d.untold_ids, (
         select count(*)::integer from drift e
         where e.list_id = d.list_id and e.policy = 'report' and e.reverted_at is null
           and ((e.told_at is null and e.at > now() - interval '1 day') or e.told_at >= (
             select i.began_at from incident i where i.key = 'drift ' || d.list_id and i.state <> 'resolved'))) as edits
     from (
       select distinct on (list_id) *, array_agg(id) over (partition by list_id) as untold_ids from drift
       where policy = 'report' and told_at is null and reverted_at is null and at > now() - interval '1 day'
       order by list_id, at desc, id desc) d
     join list l on l.id = d.list_id
     order by d.at, d.id`,
  )
}

/**
 * Admins are told of these edits in this transaction, in words about the one with this id. False, and nothing is marked, when others have told of
 * that one, or it was undone meanwhile.
 */
export async function markDriftsTold(
  tx: Transaction,
  { id, untoldIds }: { id: string; untoldIds: readonly string[] },
): Promise<boolean> {
  // Whoever undoes it has its row: what they write is seen by the statement after this one only.
  await rows(tx, 'select 1 from drift where id = :id for update', { id })
  const told = await rows(
    tx,
    `update drift set told_at = clock_timestamp()
     where id = any(:untoldIds::uuid[]) and told_at is null and reverted_at is null
       and exists (select 1 from drift worded where worded.id = :id and worded.told_at is null and worded.reverted_at is null)
     returning 1`,
    { id, untoldIds },
  )
  return told.length > 0
}
