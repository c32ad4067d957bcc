import { Type } from 'typebox'
import { Change } from '../../../domain/contracts/change.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { endIncident, lockIncidentAbout } from '../../../domain/store/end-alerts.ts'
import { driftNotFound, revertDrift } from '../../../domain/store/revert-drift.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf, memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function revertDriftRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/drifts/:id/revert',
    config: { once: true },
    schema: {
      summary: 'Undo what another tool changed about who is on a list',
      description:
        'By new changes: who joined is taken off, who parted is put on again. The limit on removals holds for them. 409 DRIFT_TOO_LARGE where more than 500 people were moved.',
      tags: ['admin'],
      params: Type.Object({ id: Type.String() }),
      response: answers({ 202: Type.Object({ changes: Type.Array(Change) }) }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const driftId = request.params.id
        if (!isUuid(driftId)) throw driftNotFound()
        const { removalLimit, mirrorMaxAgeS } = context.settings
        const incidentId = await lockIncidentAbout(tx, { kind: 'drift', subjectId: driftId })
        const { changes } = await revertDrift(tx, {
          driftId,
          memberId: memberOf(request).id,
          via: callerOf(request).via,
          removalLimit,
          mirrorMaxAgeS,
          ...originOf(request),
        })
        if (incidentId !== null) await endIncident(tx, incidentId, 'reverted')
        return { status: 202, location: '/api/v1/admin/changes', body: { changes } }
      }),
  })
}
