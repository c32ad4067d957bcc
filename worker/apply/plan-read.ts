import { type Plan, type PlannedChange, planModify } from '../../domain/rules/plan-modify.ts'
import type { WorkerContext } from '../context.ts'
import type { PlannedRead } from './read-as-planned.ts'

/** What one modify must do for these changes of a list, from how that was read. */
export function planRead(
  { directory, placeholderDn }: Pick<WorkerContext, 'directory' | 'placeholderDn'>,
  { planned, members }: Pick<PlannedRead, 'planned' | 'members'>,
  changes: readonly PlannedChange[] = planned,
): Plan {
  const { listClass, keyOf, needsPlaceholder } = directory
  return planModify(changes, {
    listClass,
    keyOf,
    members,
    placeholder: needsPlaceholder ? placeholderDn : null,
  })
}

/** What each change comes to, as if no placeholder were needed: a person who is that is taken off like anybody else. */
export function plannedOutcomes(
  { directory: { listClass, keyOf } }: Pick<WorkerContext, 'directory'>,
  { planned, members }: PlannedRead,
): Plan['outcomes'] {
  return planModify(planned, { listClass, keyOf, members, placeholder: null }).outcomes
}
