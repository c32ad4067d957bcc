import type { AuditCheckpoint } from '../../contracts/audit.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'

type Row = { id: string; position: string; hash: string; keyId: string; signature: Buffer; madeAt: Date }

const columns = `c.id, c.position, encode(c.hash, 'hex') as hash, c.key_id, c.signature, c.made_at`

/** A page of the checkpoints that are kept here, the newest first; `after` is the id that the page before ended with. */
export async function readCheckpoints(
  db: DatabaseOrTransaction,
  { limit, after }: { limit: number; after: string | null },
): Promise<{ items: AuditCheckpoint[]; next: string | null }> {
  const found = await rows<Row>(
    db,
    `select ${columns} from audit_checkpoint c
     where :after::uuid is null
       or (c.made_at, c.id) < (select made_at, id from audit_checkpoint where id = :after::uuid)
     order by c.made_at desc, c.id desc
     limit :limit + 1`,
    { limit, after },
  )
  const page = found.slice(0, limit)
  return {
    items: page.map(asCheckpoint),
    next: found.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** Those about the places after `after` up to `upTo`, in the order of the chain. */
export async function readCheckpointsBetween(
  db: DatabaseOrTransaction,
  { after, upTo }: { after: number; upTo: number },
): Promise<AuditCheckpoint[]> {
  const found = await rows<Row>(
    db,
    `select ${columns} from audit_checkpoint c
     where c.position > :after and c.position <= :upTo
     order by c.position, c.made_at`,
    { after, upTo },
  )
  return found.map(asCheckpoint)
}

/** The last place that is sealed, and the checkpoints of places behind it, of which there are none while all is well. */
export type ChainEnd = { sealed: number; beyond: AuditCheckpoint[] }

/** Where the chain ends now, in one statement: one after the other, a seal and a checkpoint might come between. */
export async function readChainEnd(db: DatabaseOrTransaction): Promise<ChainEnd> {
  const found = await rows<{ sealed: string } & (Row | Record<keyof Row, null>)>(
    db,
    `select last.sealed, ${columns}
     from (select coalesce(max(position), 0) as sealed from audit_seal) as last
     left join audit_checkpoint c on c.position > last.sealed
     order by c.position, c.made_at`,
  )
  return {
    sealed: Number(found[0]?.sealed ?? 0),
    beyond: found.flatMap((row) => (row.id === null ? [] : [asCheckpoint(row)])),
  }
}

const asCheckpoint = ({ position, hash, keyId, signature, madeAt }: Row): AuditCheckpoint => ({
  position: Number(position),
  hash,
  madeAt: madeAt.toISOString(),
  keyId,
  signature: signature.toString('base64url'),
})
