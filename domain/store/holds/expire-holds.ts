import { byWorker } from '../changes/end-open-changes.ts'
import { type Database, rows } from '../database.ts'
import { endHold, lockHold } from './end-hold.ts'
import { holdListsAnew } from './hold-lists.ts'

/**
 * Ends the holds whose time is over, and those under which nothing waits any more. Removals that nobody decided are cancelled
 * (`EXPIRED`). What is gone from the directory is never acted upon without a word: it is asked about anew, lists at once and people
 * when it is next looked for them. Gives how many there were.
 */
export async function expireHolds(db: Database): Promise<number> {
  const found = await rows<{ id: string }>(
    db,
    `select id from hold where state = 'waiting' and (expires_at <= now() or ${isEmpty}) order by id`,
  )
  let ended = 0
  for (const { id } of found)
    await db.transaction(async (tx) => {
      // Decided meanwhile, or more has joined it: then this is not ours to end.
      const hold = await lockHold(tx, id)
      if (hold?.state !== 'waiting') return
      const [empty] = await rows(tx, `select 1 from hold where id = :id and ${isEmpty}`, { id })
      if (!empty && !hold.isDue) return
      await endHold(tx, hold, empty ? 'over' : 'expired', byWorker)
      if (!empty && hold.kind === 'lists-gone') await holdListsAnew(tx, id)
      ended += 1
    })
  return ended
}

/** Everybody whose removal it held has left by themselves, the removals were taken back or decided one by one; the lists are back. */
const isEmpty = `case kind
  when 'removals' then not exists (select 1 from change c where c.hold_id = hold.id and c.state = 'awaiting_approval')
  when 'lists-gone' then not exists (select 1 from list g where g.hold_id = hold.id)
  else false end`
