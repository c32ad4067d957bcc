import { firstPreviousHash, type SealedFields, sealHash } from '../../rules/audit-hash.ts'
import { sealedFieldsOf } from './audit-fields.ts'
import { type Database, rows } from '../database.ts'

/** One sealer at a time ("seal" in ASCII). */
const sealLock = 0x7365616c
const batchSize = 2000
/** How many batches one run takes: 100,000 entries. What is left then is the next run's. */
const mostBatches = 50

/** Chains whatever is not sealed yet, batch by batch, so that a burst is sealed as fast as it came. Gives how many. */
export async function sealAuditToEnd(db: Database): Promise<number> {
  let sealed = 0
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const count = await sealAudit(db)
    sealed += count
    if (count < batchSize) break
  }
  return sealed
}

/**
 * Chains the entries that are not sealed yet, oldest first, at most 2,000 a call. Gives how many; 0 too when another sealer is at
 * it. Entries are written without waiting for one another: only here do they get their position.
 */
export async function sealAudit(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const [lock] = await rows<{ mine: boolean }>(tx, 'select pg_try_advisory_xact_lock(:sealLock) as mine', {
      sealLock,
    })
    if (!lock?.mine) return 0
    const [last] = await rows<{ position: string; hash: Buffer }>(
      tx,
      'select position, hash from audit_seal order by position desc limit 1',
    )
    const entries = await rows<Omit<SealedFields, 'position'>>(
      tx,
      // By their ids, which sort by time, each looked up by itself: so the sealer reads as much as it takes, however many wait. One that was
      // removed stays where it waits, and holds up nothing behind it.
      `select ${sealedFieldsOf('e')}
       from audit_unsealed u
       cross join lateral (select * from audit_entry where id = u.entry_id limit 1) as e
       order by u.entry_id limit ${batchSize}`,
    )
    if (entries.length === 0) return 0
    let previousHash = last?.hash ?? firstPreviousHash
    let position = BigInt(last?.position ?? 0)
    const seals = entries.map((entry) => {
      position += 1n
      const hash = sealHash(previousHash, { ...entry, position: String(position) })
      const seal = {
        position: String(position),
        entry_id: entry.id,
        hash: hash.toString('hex'),
        previous_hash: previousHash.toString('hex'),
      }
      previousHash = hash
      return seal
    })
    await rows(
      tx,
      `insert into audit_seal (position, entry_id, hash, previous_hash)
       select position, entry_id, decode(hash, 'hex'), decode(previous_hash, 'hex')
       from jsonb_to_recordset(:seals) as s (position bigint, entry_id uuid, hash text, previous_hash text)`,
      { seals: JSON.stringify(seals) },
    )
    await rows(tx, 'delete from audit_unsealed where entry_id = any(:ids::uuid[])', {
      ids: entries.map((entry) => entry.id),
    })
    return entries.length
  })
}
