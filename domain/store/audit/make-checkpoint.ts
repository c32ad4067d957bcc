import type { AuditCheckpoint } from '../../contracts/audit.ts'
import { firstPreviousHash } from '../../rules/audit-hash.ts'
import { signCheckpoint } from '../../rules/audit-checkpoint.ts'
import { type DatabaseOrTransaction, rows } from '../database.ts'
import { newId } from '../new-id.ts'

/**
 * Signs where the audit's chain ends, and keeps that too: at `position`, as far as it was verified, or where it ends by now. Whoever
 * wants to be sure of it later keeps a copy elsewhere.
 */
export async function makeCheckpoint(
  tx: DatabaseOrTransaction,
  { signingKey, position = Number.MAX_SAFE_INTEGER }: { signingKey: string; position?: number },
): Promise<AuditCheckpoint> {
  const [end] = await rows<{ position: string | null; hash: Buffer | null; madeAt: Date }>(
    tx,
    `select position, hash, date_trunc('milliseconds', now()) as made_at
     from (select 1) as one left join (
       select position, hash from audit_seal where position <= :position order by position desc limit 1) as last on true`,
    { position },
  )
  if (!end) throw new Error('Postgres gave no row for where the audit ends')
  const checkpoint = signCheckpoint(signingKey, {
    position: Number(end.position ?? 0),
    hash: (end.hash ?? firstPreviousHash).toString('hex'),
    madeAt: end.madeAt.toISOString(),
  })
  await rows(
    tx,
    `insert into audit_checkpoint (id, position, hash, key_id, signature, made_at)
     values (:id, :position, decode(:hash, 'hex'), :keyId, decode(:signature, 'hex'), :madeAt)`,
    {
      ...checkpoint,
      id: newId(),
      signature: Buffer.from(checkpoint.signature, 'base64url').toString('hex'),
    },
  )
  return checkpoint
}
