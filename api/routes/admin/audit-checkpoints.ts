import { AuditCheckpoint } from '../../../domain/contracts/audit.ts'
import { pageOf, PageQuery } from '../../../domain/contracts/page.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { checkpointOnDemand } from '../../../domain/store/audit/checkpoint-on-demand.ts'
import { readCheckpoints } from '../../../domain/store/audit/read-checkpoints.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { Type } from 'typebox'

export function listCheckpointsRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/audit/checkpoints',
    schema: {
      operationId: 'listCheckpoints',
      summary: 'Signed checkpoints of the audit, newest first',
      description:
        'One is made each day. A copy that is kept elsewhere detects a history that was rewritten later.',
      tags: ['admin'],
      querystring: Type.Pick(PageQuery, ['limit', 'cursor']),
      response: answers({ 200: pageOf(AuditCheckpoint) }),
    },
    handler: async (request) => {
      const { limit = 50, cursor } = request.query
      const after = readIdCursor(cursor)
      return pageUntil(await readCheckpoints(db, { limit, after }))
    },
  })
}

export function makeCheckpointRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/audit/checkpoints',
    config: { once: true },
    schema: {
      operationId: 'makeCheckpoint',
      summary: 'Sign where the audit ends now',
      description:
        '409 AUDIT_KEY_MISSING where AUDIT_SIGNING_KEY is not set, 409 AUDIT_BROKEN where the audit does not hold together.',
      tags: ['admin'],
      response: answers({ 201: AuditCheckpoint }, 409),
    },
    handler: async (request, reply) => {
      const { auditSigningKey: signingKey } = context.settings
      if (signingKey === null) throw keyMissing()
      return answerWrite(context, request, reply, async (tx) => ({
        status: 201,
        location: null,
        body: await checkpointOnDemand(tx, {
          signingKey,
          ...byMember(request),
        }),
      }))
    },
  })
}

const keyMissing = (): Refusal =>
  new Refusal(
    'CONFLICT',
    'There is no key to sign with. Set AUDIT_SIGNING_KEY for the API and the worker, then ask again.',
    { reason: 'AUDIT_KEY_MISSING' },
  )
