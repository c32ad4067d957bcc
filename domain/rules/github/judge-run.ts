import type { WorkflowRun } from '../../contracts/github-facts.ts'

/** How the newest run of a workflow on a branch ended that failed or succeeded. */
export type WorkflowState = {
  runNumber: number
  runAttempt: number
  /** How many in a row failed; the first of them when. */
  failures: number
  failingSince: Date | null
}

/**
 * What a run means for its workflow. `quiet`: nothing, it neither failed nor succeeded; `stale`: nothing, a newer one is known;
 * `fine`: it succeeded, as before.
 */
export type Verdict = { is: 'quiet' | 'stale' } | { is: 'failing' | 'fixed' | 'fine'; after: WorkflowState }

/** Runs are in the order of their numbers and attempts, whenever they end and whenever they are told. */
export function judgeRun(before: WorkflowState | null, { run, happenedAt }: WorkflowRun): Verdict {
  const { outcome, number: runNumber, attempt: runAttempt } = run
  if (outcome !== 'failed' && outcome !== 'succeeded') return { is: 'quiet' }
  if (before !== null && !isNewer(run, before)) return { is: 'stale' }
  const failed = before?.failures ?? 0
  if (outcome === 'failed') {
    const failingSince = before?.failingSince ?? happenedAt
    return { is: 'failing', after: { runNumber, runAttempt, failures: failed + 1, failingSince } }
  }
  const after = { runNumber, runAttempt, failures: 0, failingSince: null }
  return { is: failed > 0 ? 'fixed' : 'fine', after }
}

const isNewer = (
  { number, attempt }: WorkflowRun['run'],
  { runNumber, runAttempt }: WorkflowState,
): boolean => (number === runNumber ? attempt > runAttempt : number > runNumber)
