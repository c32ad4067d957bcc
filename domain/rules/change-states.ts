import type { ChangeState } from '../contracts/change.ts'

/** Where a change may go from each state. What has ended never moves: a retry is a new change. */
export const transitions: Readonly<Record<ChangeState, readonly ChangeState[]>> = {
  awaiting_approval: ['queued', 'cancelled', 'superseded', 'failed'],
  queued: ['applying', 'cancelled', 'superseded', 'failed'],
  // Back to waiting for approval where the removal limit is found to be passed only now.
  applying: ['applied', 'failed', 'queued', 'superseded', 'awaiting_approval'],
  applied: [],
  failed: [],
  superseded: [],
  cancelled: [],
}

/** True once a change will never move again. */
export const hasEnded = (state: ChangeState): boolean => transitions[state].length === 0

/** True while a change may still be taken back: before a worker has it in hand. */
export const isWaiting = (state: ChangeState): boolean => transitions[state].includes('cancelled')
