import { Type } from 'typebox'
import { Changes } from '../../../domain/contracts/subscription.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { endIncident } from '../../../domain/store/incidents/end-alerts.ts'
import { lockIncidentAbout } from '../../../domain/store/incidents/lock-incident-about.ts'
import { driftNotFound, revertDrift } from '../../../domain/store/mirror/revert-drift.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function revertDriftRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/drifts/:id/revert',
    config: { once: true },
    schema: {
      operationId: 'revertDrift',
      summary: 'Undo what another tool changed about who is on a list',
      description:
        'By new changes: who joined is taken off, who parted is put on again. The limit on removals holds for them. 409 DRIFT_TOO_LARGE where more than 500 people were moved.',
      tags: ['admin'],
      params: Type.Object({ id: Type.String({ description: 'the driftId of a report (UUID)' }) }),
      response: answers({ 202: Changes }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const driftId = request.params.id
        if (!isUuid(driftId)) throw driftNotFound()
        const { removalLimit, mirrorMaxAgeS } = context.settings
        const about = { kind: 'drift', subjectId: driftId } as const
        const incidentId = await lockIncidentAbout(tx, about)
        const { changes } = await revertDrift(tx, {
          driftId,
          ...byMember(request),
          removalLimit,
          mirrorMaxAgeS,
        })
        // It may have been told of before we had its row. From here on it can't be: whoever tells of it waits for that.
        const toEnd = incidentId ?? (await lockIncidentAbout(tx, about))
        if (toEnd !== null) await endIncident(tx, toEnd, 'reverted')
        return { status: 202, location: '/api/v1/admin/changes', body: { changes } }
      }),
  })
}
