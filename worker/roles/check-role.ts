import type { WorkerContext } from '../context.ts'
import { type Look, lookAtRole } from './look-at-role.ts'
import { type FaultKind, reportFault } from './report-fault.ts'
import type { VerifiedRole } from './verified-role.ts'

/** How long a look that found nothing wrong is believed while roles are given one after the other. */
const believedMs = 60_000

/** Every fault that a look shows. */
const visible: readonly FaultKind[] = [
  'everyone',
  'missing',
  'managed',
  'privileged',
  'no-permission',
  'too-high',
  'not-in-guild',
]

/** Looks at the role, remembers what it saw, and tells the admins of a fault, or that it is gone. @throws {DiscordTokenError} */
export async function checkRole(context: WorkerContext, role: VerifiedRole): Promise<Look> {
  const look = await lookAtRole(context, role)
  if (look.outcome === 'later') return look
  role.look = { fault: look.fault, at: performance.now() }
  await reportFault(context, look.fault, visible)
  return look
}

/** The same, without asking Discord where nothing was wrong a moment ago. @throws {DiscordTokenError} */
export async function checkRoleSoon(context: WorkerContext, role: VerifiedRole): Promise<Look> {
  const { look } = role
  if (look?.fault === null && performance.now() - look.at < believedMs)
    return { outcome: 'seen', fault: null }
  return checkRole(context, role)
}
