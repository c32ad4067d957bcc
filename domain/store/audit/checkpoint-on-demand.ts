import type { AuditCheckpoint } from '../../contracts/audit.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { publicKeyOf } from '../../rules/audit-checkpoint.ts'
import { beginning, type Place } from '../../rules/audit-chain.ts'
import { rows, type Transaction } from '../database.ts'
import { makeCheckpoint } from './make-checkpoint.ts'
import { type ChainEnd, readChainEnd } from './read-checkpoints.ts'
import { walkChain } from './walk-chain.ts'
import { type Origin, originIn, writeAudit } from './write-audit.ts'

/** As many of the last seals are verified before they are signed; all of them once a day. */
const tailSeals = 1000

/**
 * Signs where the audit ends, for an admin who asks for it.
 * @throws {Refusal} CONFLICT (AUDIT_BROKEN) where the audit is known to be broken, or is so among its last entries.
 */
export async function checkpointOnDemand(
  tx: Transaction,
  { signingKey, memberId, via, ...origin }: { signingKey: string; memberId: string; via: string } & Origin,
): Promise<AuditCheckpoint> {
  const end = await readChainEnd(tx)
  const publicKeys = [publicKeyOf(signingKey)]
  if (await isKnownBroken(tx)) throw broken()
  if ((await walkChain(tx, await tailOf(tx, end), end, { publicKeys })) !== null) throw broken()
  const checkpoint = await makeCheckpoint(tx, { signingKey, position: end.sealed })
  await writeAudit(tx, [
    {
      actorKind: 'member',
      actorId: memberId,
      event: 'audit.checkpointed',
      subjectKind: 'audit',
      subjectId: String(checkpoint.position),
      via,
      outcome: 'signed',
      details: { key: checkpoint.keyId },
      ...originIn(origin),
    },
  ])
  return checkpoint
}

async function isKnownBroken(tx: Transaction): Promise<boolean> {
  const found = await rows(tx, `select 1 from incident where key = 'audit-broken' and state <> 'resolved'`)
  return found.length > 0
}

/** Where the last seals begin. One that is missing there shows as a gap. */
async function tailOf(tx: Transaction, { sealed }: ChainEnd): Promise<Place> {
  const [before] = await rows<{ position: string; hash: Buffer }>(
    tx,
    'select position, hash from audit_seal where position <= :position order by position desc limit 1',
    { position: sealed - tailSeals },
  )
  return before ? { position: Number(before.position), hash: before.hash } : beginning
}

const broken = (): Refusal =>
  new Refusal(
    'CONFLICT',
    'The audit does not hold together, so it is not signed. See GET /admin/audit/verify and docs/operations.md, “audit-broken”.',
    { reason: 'AUDIT_BROKEN' },
  )
