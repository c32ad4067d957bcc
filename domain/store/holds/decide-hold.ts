import type { Hold } from '../../contracts/hold.ts'
import { Refusal } from '../../contracts/refusal.ts'
import type { Transaction } from '../database.ts'
import { endHold, type LockedHold, lockHold } from './end-hold.ts'
import { notePeople } from './hold-people.ts'
import { readHold } from './read-holds.ts'
import { type Origin, originIn } from '../audit/write-audit.ts'

export type HoldDecision = {
  holdId: string
  decision: 'approve' | 'deny'
  /** That of the hold as it was shown to them; null where nobody was shown one. */
  revision: number | null
  /** The admin who decides. */
  memberId: string
  via: 'discord' | 'web' | 'api'
} & Origin

/**
 * An admin's word on a hold. Removals: approved, they go to the workers; denied, they are cancelled (`DENIED`). People who are gone:
 * approved, their links end in the usual time; denied, those links stay until these people come back and go again. Lists that are
 * gone: approved, what waits for them fails (`LIST_GONE`); denied, it is cancelled (`DENIED`). Nobody decides about what joined it
 * unseen.
 * @throws {Refusal} NOT_FOUND (HOLD_NOT_FOUND), or CONFLICT (HOLD_ENDED, HOLD_CHANGED with the hold as it is now).
 */
export async function decideHold(tx: Transaction, decided: HoldDecision): Promise<Hold> {
  const { holdId, decision, memberId, via } = decided
  const hold = await lockHold(tx, holdId)
  if (hold === null) throw holdNotFound()
  if (hold.state !== 'waiting')
    throw new Refusal('CONFLICT', 'This was decided already, or its time is over.', {
      reason: 'HOLD_ENDED',
      details: { state: hold.state },
    })
  await requireSeen(tx, hold, decided)
  const by = { actorKind: 'member', actorId: memberId, via, ...originIn(decided) } as const
  await endHold(tx, hold, decision === 'approve' ? 'approved' : 'denied', by)
  const after = await readHold(tx, holdId)
  if (after === null) throw new Error(`hold ${holdId} vanished inside its own transaction`)
  return after
}

async function requireSeen(
  tx: Transaction,
  { id, kind }: LockedHold,
  { revision }: HoldDecision,
): Promise<void> {
  if (kind === 'people-gone') await notePeople(tx, id)
  const hold = await readHold(tx, id)
  if (hold !== null && hold.revision !== revision)
    throw new Refusal('CONFLICT', 'More has joined this since you looked. See how it is now, then decide.', {
      reason: 'HOLD_CHANGED',
      details: { hold },
    })
}

/** The refusal for a hold that does not exist. */
export function holdNotFound(): Refusal {
  return new Refusal('NOT_FOUND', 'There is nothing of this id that waits for an admin.', {
    reason: 'HOLD_NOT_FOUND',
  })
}
