import { rows, type Transaction } from '../database.ts'

/**
 * The first entry that waits for its seal and is not there any more: somebody took it away past the triggers. Reads batch by batch, each
 * entry looked up by itself, as its sealer does.
 */
export async function findRemovedEntry(tx: Transaction, signal?: AbortSignal): Promise<string | null> {
  for (let after: string | null = '00000000-0000-0000-0000-000000000000'; after !== null;) {
    signal?.throwIfAborted()
    const [batch]: { last: string | null; removed: string | null }[] = await rows(
      tx,
      `select max(entry_id::text collate "C") as last, min(entry_id::text collate "C") filter (where is_removed) as removed
       from (
         select u.entry_id, e.known is null as is_removed
         from (select entry_id from audit_unsealed where entry_id > :after order by entry_id limit 20000) as u
         left join lateral (select true as known from audit_entry where id = u.entry_id limit 1) as e on true
       ) as looked`,
      { after },
    )
    if (batch?.removed) return batch.removed
    after = batch?.last ?? null
  }
  return null
}
