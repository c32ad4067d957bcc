import type { AuditCheckpoint, AuditVerdict } from '../contracts/audit.ts'
import { isSignedBy, keyIdOf } from './audit-checkpoint.ts'
import { firstPreviousHash, type SealedFields, sealHash } from './audit-hash.ts'

export type Break = NonNullable<AuditVerdict['firstBreak']>

/** A seal with the entry that it names; the entry's fields are null where there is no such entry. */
export type SealRead = {
  position: string
  entryId: string
  hash: Buffer
  previousHash: Buffer
  entry: Omit<SealedFields, 'position'> | null
}

/** The last seal of which all is well. */
export type Place = { position: number; hash: Buffer }

/** Before the first seal. */
export const beginning: Place = { position: 0, hash: firstPreviousHash }

/** What is wrong with the seal that comes next after `place`; null when it is as it should be. */
export function breakOfSeal({ position, entryId, entry, ...seal }: SealRead, place: Place): Break | null {
  const expected = place.position + 1
  const at = Number(position)
  if (at !== expected) {
    const problem =
      at === expected + 1 ? `seal ${expected} is missing` : `seals ${expected} to ${at - 1} are missing`
    return { position: expected, entryId: null, problem }
  }
  const broken = (problem: string): Break => ({ position: at, entryId, problem })
  if (entry === null) return broken('the entry is missing')
  if (!seal.previousHash.equals(place.hash)) return broken('the seal does not follow the one before it')
  if (!sealHash(place.hash, { ...entry, position }).equals(seal.hash))
    return broken('the entry is not what was sealed')
  return null
}

/** An entry that has no seal, and of which no sealer knows. Whatever is not sealed would come next in the chain. */
export const breakOfLoose = (entryId: string, sealed: number): Break => ({
  position: sealed + 1,
  entryId,
  problem: 'the entry is neither sealed nor waiting for it',
})

/** An entry that was to be sealed, and is not there. */
export const breakOfRemoved = (entryId: string, sealed: number): Break => ({
  position: sealed + 1,
  entryId,
  problem: 'the entry was removed before it was sealed',
})

/** What is wrong with the checkpoints about `place`. A checkpoint of a key that is not known is compared by its hash alone. */
export function breakOfCheckpoint(
  checkpoint: AuditCheckpoint,
  place: Place,
  publicKeys: readonly string[],
): Break | null {
  const broken = (problem: string): Break => ({ position: checkpoint.position, entryId: null, problem })
  const key = publicKeys.find((one) => keyIdOf(one) === checkpoint.keyId)
  if (key !== undefined && !isSignedBy(key, checkpoint))
    return broken(`the checkpoint of ${checkpoint.madeAt} was not signed by its key`)
  if (checkpoint.position > place.position)
    return {
      ...broken(`the chain ends here, before the checkpoint of ${checkpoint.madeAt}`),
      position: place.position + 1,
    }
  if (checkpoint.hash !== place.hash.toString('hex'))
    return broken(
      `the checkpoint of ${checkpoint.madeAt} has another hash: what was sealed up to here was rewritten`,
    )
  return null
}
