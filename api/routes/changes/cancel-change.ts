import { Change } from '../../../domain/contracts/change.ts'
import { cancelChange } from '../../../domain/store/changes/cancel-change.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { changeIdOf, ChangeParams } from './change-params.ts'

export function cancelChangeRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/changes/:id/cancel',
    config: { once: true },
    schema: {
      operationId: 'cancelChange',
      summary: 'Take a change back while it still waits',
      tags: ['changes'],
      params: ChangeParams,
      response: answers({ 200: Change }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => ({
        status: 200,
        location: null,
        body: await cancelChange(tx, {
          changeId: changeIdOf(request.params),
          ...byMember(request),
        }),
      })),
  })
}
