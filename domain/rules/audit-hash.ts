import { createHash } from 'node:crypto'

/** An entry as the seal covers it, every value as text, in this order. */
export type SealedFields = {
  position: string
  id: string
  at: string
  actorKind: string
  actorId: string | null
  event: string
  subjectKind: string
  subjectId: string
  via: string
  outcome: string
  details: string
  requestId: string | null
}

/** What the first entry's seal has for a previous hash. */
export const firstPreviousHash = Buffer.alloc(32)

/** SHA-256 over the previous hash and the entry: whoever changes, drops or swaps one breaks every later seal. */
export function sealHash(previousHash: Buffer, entry: SealedFields): Buffer {
  const text = JSON.stringify([
    entry.position,
    entry.id,
    entry.at,
    entry.actorKind,
    entry.actorId,
    entry.event,
    entry.subjectKind,
    entry.subjectId,
    entry.via,
    entry.outcome,
    entry.details,
    entry.requestId,
  ])
  return createHash('sha256').update(previousHash).update(text).digest()
}
