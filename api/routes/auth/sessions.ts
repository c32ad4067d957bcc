import { Type } from 'typebox'
import { Session } from '../../../domain/contracts/identity.ts'
import { pageOf, PageQuery } from '../../../domain/contracts/page.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { endSession } from '../../../domain/store/sessions/end-session.ts'
import { readSessionPage } from '../../../domain/store/sessions/read-sessions.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listSessionsRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/auth/sessions',
    schema: {
      operationId: 'listSessions',
      summary: 'Where the caller is signed in, newest first',
      tags: ['auth'],
      querystring: Type.Pick(PageQuery, ['limit', 'cursor']),
      response: answers({ 200: pageOf(Session) }),
    },
    handler: async (request) => {
      const { id: memberId, sessionId } = memberOf(request)
      const { limit = 50, cursor } = request.query
      const after = readIdCursor(cursor)
      const whose = { memberId, currentId: sessionId }
      return pageUntil(await readSessionPage(db, whose, { limit, after }))
    },
  })
}

export function revokeSessionRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'DELETE',
    url: '/auth/sessions/:id',
    schema: {
      operationId: 'revokeSession',
      summary: 'End one of the caller’s sessions at once',
      tags: ['auth'],
      params: Type.Object({ id: Type.String({ description: 'the id of the session (UUID)' }) }),
      response: answers({ 204: Nothing }, 404),
    },
    handler: async (request, reply) => {
      const { id: memberId } = memberOf(request)
      const { id: sessionId } = request.params
      const ended =
        isUuid(sessionId) &&
        (await db.transaction((tx) =>
          endSession(tx, { sessionId, memberId, reason: 'revoked', ...originOf(request) }),
        ))
      if (!ended) throw new Refusal('NOT_FOUND', 'You have no such session.', { reason: 'SESSION_NOT_FOUND' })
      return reply.code(204).send(null)
    },
  })
}
