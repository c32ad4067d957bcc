import { type Database, rows } from '../database.ts'
import { hasWork, isFree } from './due-list.ts'

/** `busy`: somebody has it in hand. */
export type TrialList = { id: string; busy: boolean }

/**
 * The lists to try a target with that refuses: the one at which it was paused, and another one, that which is due longest. Null where
 * there is none with anything to be done.
 */
export async function readTrialLists(
  db: Database,
  name: string,
  { observeOnly }: { observeOnly: boolean },
): Promise<{ refused: TrialList | null; other: TrialList | null }> {
  const found = await rows<TrialList & { isRefused: boolean }>(
    db,
    `select distinct on (is_refused) l.id, not ${isFree} as busy, l.id = t.refused_list_id is true as is_refused
     from target t join list l on l.source = t.name
     where t.name = :name and ${hasWork} and (l.refused_code is null or l.id = t.refused_list_id)
     order by is_refused, busy, least(
       l.entry_due_at, (select max(c.due_at) from change c where c.list_id = l.id and c.state in ('queued', 'applying')))`,
    { name, observeOnly },
  )
  const one = (isRefused: boolean): TrialList | null => {
    const list = found.find((row) => row.isRefused === isRefused)
    return list ? { id: list.id, busy: list.busy } : null
  }
  return { refused: one(true), other: one(false) }
}
