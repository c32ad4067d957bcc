import { rows, type Transaction } from '../database.ts'

/**
 * An entry that has no seal and that no sealer knows of: somebody put it there past the triggers, or took its seal away. Reads
 * batch by batch. Each entry is looked up by itself, since the two tables at once would be read whole.
 */
export async function findLooseEntry(tx: Transaction, signal?: AbortSignal): Promise<string | null> {
  let after = '00000000-0000-0000-0000-000000000000'
  const [end] = await rows<{ id: string }>(tx, 'select id from audit_entry order by id desc limit 1')
  const upTo = end?.id ?? after
  while (after < upTo) {
    signal?.throwIfAborted()
    const [batch] = await rows<{ last: string | null; loose: string | null }>(
      tx,
      `select max(id::text collate "C") as last, min(id::text collate "C") filter (where is_loose) as loose
       from (
         select e.id, s.known is null and u.known is null as is_loose
         from (select id from audit_entry where id > :after and id <= :upTo order by id limit 20000) as e
         left join lateral (select true as known from audit_seal where entry_id = e.id limit 1) as s on true
         left join lateral (
           select true as known from audit_unsealed where s.known is null and entry_id = e.id limit 1) as u on true
       ) as looked`,
      { after, upTo },
    )
    if (batch?.loose) return batch.loose
    after = batch?.last ?? upTo
  }
  return null
}
