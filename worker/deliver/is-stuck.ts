import type { WaitingNotice } from '../../domain/store/outbox/destination-queue.ts'

/** What fails for shorter than this, or was tried less often, fails like anything does while Discord is in trouble. */
const stuckAfterS = 600
/** What was tried so often in vain is tried on its own. */
export const stuckAfterAttempts = 6

/** Whether it may be that Discord never takes this one, however well it is otherwise. */
export const isStuck = ({ attempts, doubtfulForS }: WaitingNotice): boolean =>
  attempts >= stuckAfterAttempts && (doubtfulForS ?? 0) >= stuckAfterS
