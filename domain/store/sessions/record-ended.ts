import { type Origin, writeAudit } from '../audit/write-audit.ts'
import type { Transaction } from '../database.ts'

export type EndedSession = { id: string; memberId: string }

/** Puts on record that these sessions have ended, and why. */
export async function recordEnded(
  tx: Transaction,
  ended: readonly EndedSession[],
  { outcome, ...origin }: { outcome: 'signed_out' | 'revoked' | 'replaced' | 'too_many' } & Origin,
): Promise<void> {
  await writeAudit(
    tx,
    ended.map(({ id, memberId }) => ({
      actorKind: 'member',
      actorId: memberId,
      event: 'session.ended',
      subjectKind: 'session',
      subjectId: id,
      via: 'web',
      outcome,
      ...origin,
    })),
  )
}
