import { modifyLdif } from '../../adapters/ldap/entries/ldif.ts'
import type { ApplyingChange } from '../../domain/store/apply/lease-list.ts'
import type { Outcome } from '../../domain/store/apply/record-outcomes.ts'
import type { WorkerContext } from '../context.ts'
import { subjectOf } from './batch-outcomes.ts'
import { planRead } from './plan-read.ts'
import type { PlannedRead } from './read-as-planned.ts'

/**
 * Nothing is written: each member is shown their own part, the log shows the whole. While it is not certain (a modify may still be under
 * way) nothing is found either: that takes a write.
 */
export function observe(
  context: WorkerContext,
  read: PlannedRead,
  changes: readonly ApplyingChange[],
  { isCertain }: { isCertain: boolean },
): Outcome[] {
  const { memberAttribute } = context.directory
  const plan = planRead(context, read)
  const ldifOf = (part: { add: string[]; remove: string[] }) =>
    modifyLdif(read.dn, memberAttribute, part.add, part.remove)
  if (plan.add.length > 0 || plan.remove.length > 0)
    context.log.info({ ldif: ldifOf(plan) }, 'WRITES=off: this would be written')
  return changes.map((change): Outcome => {
    const base = subjectOf(change)
    const planned = plan.outcomes.get(change.id)
    if (planned?.kind === 'modified') return { ...base, kind: 'observed', wouldWrite: ldifOf(planned) }
    if (planned?.kind === 'failed') return { ...base, kind: 'failed', ...planned.reason }
    if (!isCertain) return { ...base, kind: 'observed', wouldWrite: '' }
    return { ...base, kind: 'applied', how: 'found', version: read.version }
  })
}
