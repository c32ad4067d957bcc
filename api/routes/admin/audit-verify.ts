import { AuditVerdict } from '../../../domain/contracts/audit.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { publicKeyOf } from '../../../domain/rules/audit-checkpoint.ts'
import { endAlerts } from '../../../domain/store/incidents/end-alerts.ts'
import { raiseAlert } from '../../../domain/store/incidents/raise-alert.ts'
import { verifyAudit } from '../../../domain/store/audit/verify-audit.ts'
import { knownLocale } from '../../../domain/store/installation/read-locale.ts'
import { auditBroken } from '../../../texts/incident-alert.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { whenLeft } from '../../plugins/when-left.ts'

export function verifyAuditRoute(server: Server, { db, settings, log }: Context): void {
  const { auditSigningKey, alertTo } = settings
  const publicKeys = auditSigningKey === null ? [] : [publicKeyOf(auditSigningKey)]
  server.route({
    method: 'GET',
    url: '/admin/audit/verify',
    schema: {
      operationId: 'verifyAudit',
      summary: 'Whether the audit is as it was sealed',
      description:
        'Reads it all, one caller at a time (else 429 AUDIT_VERIFY_RUNNING): allow for about 20 seconds a million entries. ' +
        'Admins are told of a break. A history that was rewritten from end to end shows only against a checkpoint that somebody kept elsewhere.',
      tags: ['admin'],
      response: answers({ 200: AuditVerdict }),
    },
    handler: async (_request, reply) => {
      const left = new AbortController()
      whenLeft(reply, () => left.abort(nobodyWaits()))
      const verdict = await verifyAudit(db, { publicKeys, signal: left.signal })
      if (verdict.firstBreak !== null)
        await raiseAlert({ db, alertTo, log }, auditBroken(verdict.firstBreak, await knownLocale(db)))
      // Without the key no signature was checked, which may be what is broken.
      else if (publicKeys.length > 0) await endAlerts({ db, alertTo, log }, ['audit-broken'])
      return verdict
    },
  })
}

/** Whoever asked has gone: what nobody will read is not worked out to its end. */
const nobodyWaits = (): Refusal => new Refusal('CONFLICT', 'The call was ended before there was a verdict.')
