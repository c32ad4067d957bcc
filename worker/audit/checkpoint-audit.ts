import { publicKeyOf } from '../../domain/rules/audit-checkpoint.ts'
import { endAlerts } from '../../domain/store/incidents/end-alerts.ts'
import { makeCheckpoint } from '../../domain/store/audit/make-checkpoint.ts'
import { raiseAlert } from '../../domain/store/incidents/raise-alert.ts'
import { verifyAudit } from '../../domain/store/audit/verify-audit.ts'
import { knownLocale } from '../../domain/store/installation/read-locale.ts'
import { auditBroken } from '../../texts/incident-alert.ts'
import type { WorkerContext } from '../context.ts'

const againInMs = 3600_000

/**
 * A run verifies the whole audit, tells admins when it is broken, and signs where it ends when it is not: what is broken is not vouched
 * for. The log has the checkpoint too, so that wherever logs are kept there is a copy. What could not be done is tried again in an
 * hour, once however often it failed until then.
 */
export function createAuditCheckpoints(context: WorkerContext): () => Promise<void> {
  let isRetryDue = false
  const tryLater = (): void => {
    if (isRetryDue) return
    isRetryDue = true
    context.later('verifying the audit again', againInMs, async () => {
      isRetryDue = false
      try {
        await context.jobs.now('checkpoint-audit', {})
      } catch (error) {
        // The job store may be away by then, and nobody else asks for it before the next day.
        tryLater()
        throw error
      }
    })
  }
  return async () => {
    try {
      await verifyAndSign(context)
    } catch (error) {
      tryLater()
      throw error
    }
  }
}

async function verifyAndSign(context: WorkerContext): Promise<void> {
  const { db, auditSigningKey: signingKey, log, stopping } = context
  const publicKeys = signingKey === null ? [] : [publicKeyOf(signingKey)]
  const { firstBreak, sealed, unsealed } = await verifyAudit(db, { publicKeys, signal: stopping })
  if (firstBreak !== null) {
    log.error({ firstBreak }, 'the audit is broken')
    await raiseAlert(context, auditBroken(firstBreak, await knownLocale(db)))
    return
  }
  await endAlerts(context, ['audit-broken'])
  log.info({ sealed, unsealed }, 'the audit is whole')
  if (signingKey !== null)
    log.info({ checkpoint: await makeCheckpoint(db, { signingKey, position: sealed }) }, 'audit checkpoint')
}
