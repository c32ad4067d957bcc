import { Change } from '../../../domain/contracts/change.ts'
import { endWhenRetried, lockIncidentOfChange } from '../../../domain/store/incidents/incident-of-change.ts'
import { retryOnce } from '../../../domain/store/changes/retry-change.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { answerOfChange } from '../changes/answer-of-change.ts'
import { changeIdOf, ChangeParams } from '../changes/change-params.ts'

export function retryChangeRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/changes/:id/retry',
    config: { once: true, documented: { standing: true } },
    schema: {
      operationId: 'retryChange',
      summary: 'Try a failed change again, as a new change (retryOf)',
      description:
        '202 with the new change; 200 with the one that is tried already, or with what stands by now. 409 for what did not fail, and where the opposite was asked for since.',
      tags: ['admin'],
      params: ChangeParams,
      response: answers({ 200: Change, 202: Change }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { removalLimit, mirrorMaxAgeS } = context.settings
        const changeId = changeIdOf(request.params)
        const incident = await lockIncidentOfChange(tx, changeId)
        const by = byMember(request)
        const retried = await retryOnce(tx, { changeId, ...by, removalLimit, mirrorMaxAgeS })
        await endWhenRetried(tx, incident, by)
        return answerOfChange(retried)
      }),
  })
}
