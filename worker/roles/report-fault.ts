import type { RoleFault } from '../../domain/rules/role-fault.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { wordRoleFault } from '../../texts/role-alert.ts'
import type { WorkerContext } from '../context.ts'

export type FaultKind = RoleFault['kind']

const keyOf = (kind: FaultKind) => `verified-role ${kind}`

/** Tells the admins of a fault, once while it lasts. Those of `among` that are not it are over. Never throws. */
export async function reportFault(
  context: WorkerContext,
  fault: RoleFault | null,
  among: readonly FaultKind[],
): Promise<void> {
  await endAlerts(context, among.filter((kind) => kind !== fault?.kind).map(keyOf))
  if (fault === null) return
  const words = wordRoleFault(fault, await knownLocale(context.db))
  await raiseAlert(context, { key: keyOf(fault.kind), kind: 'role', ...words })
}
