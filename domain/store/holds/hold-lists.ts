import { byDirectory } from '../changes/end-open-changes.ts'
import { rows, type Transaction } from '../database.ts'
import { endHold } from './end-hold.ts'
import { openHold } from './open-hold.ts'

/**
 * Puts lists that vanished with too many others under the waiting hold of such lists: what waits for them is not ended before an
 * admin says so, and goes on when they come back. The caller holds their rows.
 */
export async function holdLists(tx: Transaction, listIds: readonly string[]): Promise<string> {
  const holdId = await openHold(tx, { kind: 'lists-gone', listId: null })
  await rows(tx, 'update list set hold_id = :holdId where id = any(:listIds::uuid[])', { holdId, listIds })
  return holdId
}

/** Asks about the lists of an expired hold once more. The caller has locked it and them. */
export async function holdListsAnew(tx: Transaction, expired: string): Promise<void> {
  const holdId = await openHold(tx, { kind: 'lists-gone', listId: null })
  await rows(tx, 'update list set hold_id = :holdId where hold_id = :expired', { holdId, expired })
}

/**
 * These lists came back, and hold nothing up any more. A hold of which every list came back is over. The caller holds their rows: those
 * of the hold's other lists are not asked for, since whoever decides about it may have them and wait for these.
 */
export async function letListsGo(tx: Transaction, listIds: readonly string[]): Promise<void> {
  const held = await rows<{ holdId: string; lane: number }>(
    tx,
    `select hold_id, lane, pg_notify('change_queued', lane::text) from list
     where id = any(:listIds::uuid[]) and hold_id is not null`,
    { listIds },
  )
  if (held.length === 0) return
  await rows(tx, 'update list set hold_id = null where id = any(:listIds::uuid[])', { listIds })
  for (const holdId of [...new Set(held.map((row) => row.holdId))].toSorted()) {
    const [hold] = await rows<{ state: string }>(tx, 'select state from hold where id = :holdId for update', {
      holdId,
    })
    const [more] = await rows(tx, 'select 1 from list where hold_id = :holdId limit 1', { holdId })
    if (hold?.state === 'waiting' && !more)
      await endHold(tx, { id: holdId, kind: 'lists-gone' }, 'over', byDirectory)
  }
}
