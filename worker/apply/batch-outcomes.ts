import { isUnexplained } from '../../adapters/ldap/failure.ts'
import { retryDelayMs } from '../../domain/rules/retry-delay.ts'
import type { ApplyingChange } from '../../domain/store/apply/lease-list.ts'
import type { Outcome } from '../../domain/store/apply/record-outcomes.ts'
import type { Progress, Written } from './write-changes.ts'

/** So often a server may answer without a reason (codes 1 and 80) before that means the change: for about two minutes. */
export const mostUnexplained = 8

/** What every outcome tells of its change. */
export const subjectOf = (change: ApplyingChange) => ({
  changeId: change.id,
  memberId: change.memberId,
  action: change.action,
  requestId: change.requestId,
})

/** What has become of those that were written, found, refused or held until now. */
export function outcomesOf(
  changes: readonly ApplyingChange[],
  { written }: Progress,
  held: ReadonlySet<string>,
): Outcome[] {
  return changes.flatMap((change): Outcome | [] => {
    if (held.has(change.id)) return { ...subjectOf(change), kind: 'held' }
    const one = written.get(change.id)
    return one ? { ...subjectOf(change), ...outcomeOf(one, change) } : []
  })
}

function outcomeOf(written: Written, { attempts, unexplained }: ApplyingChange) {
  if (written.kind !== 'refused') return written
  const { failure } = written
  if (isUnexplained(failure) && unexplained < mostUnexplained)
    return {
      kind: 'postponed',
      code: failure.kind,
      inMs: retryDelayMs(attempts),
      counts: true,
      unexplained: true,
    } as const
  const message = `The directory refused this change (code ${failure.code}). Please tell an admin.`
  const refusal = { code: String(failure.code), message: failure.message }
  return { kind: 'failed', code: 'DIRECTORY_REFUSED', message, refusal } as const
}

/** Two steps are one only when nobody else stepped in between: else the mirror waits for the next read. */
export function joined(steps: Progress['steps']): { from: string; to: string } | null {
  const [first, ...others] = steps
  if (!first) return null
  let to = first.to
  for (const step of others) {
    if (step.from !== to) return null
    to = step.to
  }
  return { from: first.from, to }
}
