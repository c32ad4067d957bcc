import { type Database, rows } from '../database.ts'
import { hasWork } from './due-list.ts'
import type { PauseReason } from './target.ts'

/** A list that the directory refuses alone: it takes others. */
export type RefusedList = PauseReason & { id: string; name: string; target: string; waiting: number }

/** How many changes of a list `l` wait. */
const waiting = `(select count(*)::integer from change c where c.list_id = l.id and c.state in ('queued', 'applying'))`

/** The refusal is this list's own: it no longer pauses the target. */
export async function markRefusedAlone(
  db: Database,
  listId: string,
  { code, reason }: PauseReason,
): Promise<void> {
  await rows(db, 'update list set refused_code = :code, refused_reason = :reason where id = :listId', {
    listId,
    code,
    reason,
  })
}

/** The directory takes what is written to it again. */
export async function forgetRefusal(db: Database, listId: string): Promise<void> {
  await rows(db, 'update list set refused_code = null, refused_reason = null where id = :listId', { listId })
}

/** Of these nothing is wanted any more. */
export async function forgetIdleRefusals(db: Database): Promise<void> {
  await rows(
    db,
    // In the order of their ids, as whoever reads the directory.
    `with idle as (
       select l.id from list l where l.refused_code is not null and not ${hasWork} order by l.id for no key update)
     update list set refused_code = null, refused_reason = null from idle where list.id = idle.id`,
    { observeOnly: false },
  )
}

/** All of them, by name, each with how many changes wait for it. */
export async function readRefusedLists(db: Database): Promise<RefusedList[]> {
  return rows<RefusedList>(
    db,
    `select l.id, l.name, l.source as target, l.refused_code as code, l.refused_reason as reason, ${waiting} as waiting
     from list l where l.refused_code is not null order by l.name`,
  )
}
