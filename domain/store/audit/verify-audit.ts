import type { AuditVerdict } from '../../contracts/audit.ts'
import { Refusal } from '../../contracts/refusal.ts'
import { beginning, type Break, breakOfLoose, breakOfRemoved } from '../../rules/audit-chain.ts'
import { type Database, rows, type Transaction } from '../database.ts'
import { findLooseEntry } from './find-loose-entry.ts'
import { findRemovedEntry } from './find-removed-entry.ts'
import { readChainEnd } from './read-checkpoints.ts'
import { walkChain, type WalkOptions } from './walk-chain.ts'

/** One at a time ("vrfy" in ASCII): each reads everything. */
const verifyLock = 0x76726679

/**
 * Works out the audit's chain anew, from its first entry to the last one that is sealed as this begins, and compares it with the
 * seals and with all checkpoints. It reads batch by batch, in constant memory and by short statements, and holds nothing that
 * sealing waits for.
 * @throws {Refusal} TOO_MANY_REQUESTS (AUDIT_VERIFY_RUNNING) while another one runs.
 */
export async function verifyAudit(db: Database, options: WalkOptions = {}): Promise<AuditVerdict> {
  return db.transaction(async (tx) => {
    await requireOnlyOne(tx)
    const end = await readChainEnd(tx)
    const { sealed } = end
    const firstBreak =
      (await walkChain(tx, beginning, end, options)) ?? (await unsealedBreak(tx, sealed, options.signal))
    const [waiting] = await rows<{ unsealed: number }>(
      tx,
      'select count(*)::integer as unsealed from audit_unsealed',
    )
    return { ok: firstBreak === null, sealed, unsealed: waiting?.unsealed ?? 0, firstBreak }
  })
}

async function requireOnlyOne(tx: Transaction): Promise<void> {
  const [lock] = await rows<{ isOurs: boolean }>(
    tx,
    'select pg_try_advisory_xact_lock(:verifyLock) as is_ours',
    { verifyLock },
  )
  if (lock?.isOurs) return
  throw new Refusal('TOO_MANY_REQUESTS', 'The audit is being verified already. Wait until that is done.', {
    reason: 'AUDIT_VERIFY_RUNNING',
    retryAfterS: 10,
  })
}

/** What is not in the chain. */
async function unsealedBreak(
  tx: Transaction,
  sealed: number,
  signal: AbortSignal | undefined,
): Promise<Break | null> {
  const removed = await findRemovedEntry(tx, signal)
  if (removed !== null) return breakOfRemoved(removed, sealed)
  const loose = await findLooseEntry(tx, signal)
  return loose === null ? null : breakOfLoose(loose, sealed)
}
