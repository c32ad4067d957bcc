import { unlink } from '../../../domain/store/links/unlink.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { callerOf, notLinked } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

/** Who is not linked is refused only after the look at the Idempotency-Key: the same call again has no link any more. */
export function unlinkRoute(server: Server, context: Context): void {
  server.route({
    method: 'DELETE',
    url: '/links/mine',
    config: { once: true },
    schema: {
      operationId: 'unlink',
      summary: 'End the link between this Discord account and its member',
      tags: ['links'],
      response: answers({ 204: Nothing }, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { member } = callerOf(request)
        if (!member?.linkId) throw notLinked()
        await unlink(tx, { linkId: member.linkId, reason: 'asked', via: 'discord', requestId: request.id })
        return { status: 204, location: null, body: null }
      }),
  })
}
