import { markTold } from '../../../domain/store/changes/mark-told.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { changeIdOf, ChangeParams } from './change-params.ts'

/** The bot confirms that the member has seen how it ended; what is not confirmed is told by direct message or mail. */
export function markToldRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/changes/:id/told',
    config: { once: true },
    schema: {
      operationId: 'markTold',
      summary: 'The member was told how the change ended',
      tags: ['changes'],
      params: ChangeParams,
      response: answers({ 204: Nothing }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        await markTold(tx, {
          changeId: changeIdOf(request.params),
          memberId: memberOf(request).id,
          requestId: request.id,
        })
        return { status: 204, location: null, body: null }
      }),
  })
}
