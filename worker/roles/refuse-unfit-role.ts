import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../../domain/contracts/read-environment.ts'
import { isUnfit } from '../../domain/rules/judge-role.ts'
import { roleFaultLine } from '../../texts/role-alert.ts'
import type { WorkerContext } from '../context.ts'
import { lookAtRole } from './look-at-role.ts'
import type { VerifiedRole } from './verified-role.ts'

/** Everything else that a worker does must not wait longer for Discord. */
const patienceMs = 5000

/**
 * Looks at the role before the worker begins. When Discord gives no answer the worker begins all the same, and gives the role to
 * nobody before it was looked at.
 * @throws {ConfigError} when the role must not be given to anybody.
 */
export async function refuseUnfitRole(
  { discord, log }: Pick<WorkerContext, 'discord' | 'log'>,
  role: VerifiedRole,
): Promise<void> {
  const looking = lookAtRole({ discord }, role).catch((error: unknown) => {
    log.error({ err: error }, 'the role of linked members could not be looked at')
    return null
  })
  const look = await Promise.race([looking, delay(patienceMs, null, { ref: false })])
  if (look?.outcome !== 'seen') {
    log.warn('Discord did not answer: the role of linked members is given once it was looked at')
    return
  }
  const { fault } = look
  if (fault !== null && isUnfit(fault)) throw new ConfigError([roleFaultLine(fault)])
  role.look = { fault, at: performance.now() }
}
