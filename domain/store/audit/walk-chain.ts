import type { AuditCheckpoint } from '../../contracts/audit.ts'
import {
  type Break,
  breakOfCheckpoint,
  breakOfSeal,
  type Place,
  type SealRead,
} from '../../rules/audit-chain.ts'
import type { SealedFields } from '../../rules/audit-hash.ts'
import { sealedFieldsOf } from './audit-fields.ts'
import { rows, type Transaction } from '../database.ts'
import { type ChainEnd, readCheckpointsBetween } from './read-checkpoints.ts'

export type WalkOptions = {
  /** Checkpoints that somebody kept elsewhere. */
  kept?: readonly AuditCheckpoint[]
  /** The public halves of the keys whose signatures are to be checked (base64url). */
  publicKeys?: readonly string[]
  /** Ends it between two batches. */
  signal?: AbortSignal
}

/**
 * From seal to seal, in the order of the chain, up to `end` as it was read; a checkpoint is looked at as the walk passes its place.
 * What is sealed and signed meanwhile is for the next time. Gives the first break.
 */
export async function walkChain(
  tx: Transaction,
  from: Place,
  { sealed: end, beyond }: ChainEnd,
  options: WalkOptions = {},
): Promise<Break | null> {
  const { kept = [], publicKeys = [], signal } = options
  let place = from
  const breakIn = (checkpoints: readonly AuditCheckpoint[] = []): Break | null => {
    for (const checkpoint of checkpoints) {
      const found = breakOfCheckpoint(checkpoint, place, publicKeys)
      if (found !== null) return found
    }
    return null
  }
  const atStart = await checkpointsIn(tx, { after: from.position - 1, upTo: from.position }, options)
  let broken = breakIn(atStart.get(from.position))
  while (broken === null && place.position < end) {
    signal?.throwIfAborted()
    const seals = await readSeals(tx, { after: place.position, upTo: end })
    const range = { after: place.position, upTo: Number(seals.at(-1)?.position ?? end) }
    const checkpoints = await checkpointsIn(tx, range, options)
    for (const seal of seals) {
      broken = breakOfSeal(seal, place)
      if (broken !== null) break
      place = { position: Number(seal.position), hash: seal.hash }
      broken = breakIn(checkpoints.get(place.position))
      if (broken !== null) break
    }
  }
  if (broken !== null) return broken
  return breakIn([...beyond, ...kept.filter(({ position }) => position > end)])
}

type Range = { after: number; upTo: number }

/** By place: those that are kept here, and those that somebody brought. */
async function checkpointsIn(
  tx: Transaction,
  range: Range,
  { kept = [] }: WalkOptions,
): Promise<Map<number, AuditCheckpoint[]>> {
  const brought = kept.filter(({ position }) => position > range.after && position <= range.upTo)
  return Map.groupBy(
    [...(await readCheckpointsBetween(tx, range)), ...brought],
    (checkpoint) => checkpoint.position,
  )
}

/** The seals and entries of the next places. The entry is looked up seal by seal: all of them at once would be sorted. */
async function readSeals(tx: Transaction, range: Range): Promise<SealRead[]> {
  const found = await rows<Flat>(
    tx,
    `select s.position, s.entry_id as "entryId", s.hash, s.previous_hash as "previousHash", ${sealedFieldsOf('e')}
     from (
       select * from audit_seal where position > :after and position <= :upTo order by position limit 1000) as s
     left join lateral (select * from audit_entry where id = s.entry_id limit 1) as e on true
     order by s.position`,
    range,
  )
  return found.map(({ position, entryId, hash, previousHash, id, ...fields }) => ({
    position,
    entryId,
    hash,
    previousHash,
    entry: id === null ? null : { id, ...fields },
  }))
}

type Flat = Omit<SealRead, 'entry'> & Omit<SealedFields, 'position' | 'id'> & { id: string | null }
