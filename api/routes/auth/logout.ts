import { endSession } from '../../../domain/store/sessions/end-session.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import { clearSessionCookies, sessionCookiesHeader } from '../../plugins/session-cookie.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function logoutRoute(server: Server, { db, settings }: Context): void {
  server.route({
    method: 'POST',
    url: '/auth/logout',
    config: { documented: { answerHeaders: sessionCookiesHeader } },
    schema: {
      operationId: 'logout',
      summary: 'End this session',
      tags: ['auth'],
      response: answers({ 204: Nothing }),
    },
    handler: async (request, reply) => {
      const { id: memberId, sessionId } = memberOf(request)
      if (sessionId === null) throw new Error('this route was entered without a session')
      await db.transaction((tx) =>
        endSession(tx, { sessionId, memberId, reason: 'signed_out', ...originOf(request) }),
      )
      clearSessionCookies(reply, settings)
      return reply.code(204).send(null)
    },
  })
}
