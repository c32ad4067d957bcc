import { Type } from 'typebox'
import { isUuid } from '../../domain/rules/uuid.ts'
import { endOtherSessions } from '../../domain/store/sessions/end-other-sessions.ts'
import { endSession } from '../../domain/store/sessions/end-session.ts'
import type { Context } from '../context.ts'
import { originOf } from '../plugins/origin-of.ts'
import { clearSessionCookies } from '../plugins/session-cookie.ts'
import type { Server } from '../plugins/typed-server.ts'
import { addressIn } from './layout.ts'
import { visitorOf } from './signed-in.ts'

const querystring = Type.Object({ lang: Type.Optional(Type.String()) })

/** Ends the session of this browser, or of others. One that had ended before needs no word. */
export function sessionRoutes(server: Server, { db, settings }: Context): void {
  server.post(
    '/account/sign-out',
    { schema: { hide: true, querystring }, config: { operation: 'POST /api/v1/auth/logout' } },
    async (request, reply) => {
      const { memberId, sessionId } = visitorOf(request)
      await db.transaction((tx) =>
        endSession(tx, { sessionId, memberId, reason: 'signed_out', ...originOf(request) }),
      )
      clearSessionCookies(reply, settings)
      return reply.redirect(addressIn('/signed-out', { lang: request.query.lang }), 303)
    },
  )

  server.post(
    '/account/sessions/:id/end',
    {
      schema: { hide: true, params: Type.Object({ id: Type.String() }), querystring },
      config: { operation: 'DELETE /api/v1/auth/sessions/:id' },
    },
    async (request, reply) => {
      const { memberId } = visitorOf(request)
      const { id: sessionId } = request.params
      const ended =
        isUuid(sessionId) &&
        (await db.transaction((tx) =>
          endSession(tx, { sessionId, memberId, reason: 'revoked', ...originOf(request) }),
        ))
      const { lang } = request.query
      return reply.redirect(addressIn('/account', { lang, ...(ended ? { done: 'session' } : {}) }), 303)
    },
  )

  server.post(
    '/account/sessions/end-others',
    { schema: { hide: true, querystring }, config: { operation: 'DELETE /api/v1/auth/sessions/:id' } },
    async (request, reply) => {
      const { memberId, sessionId: keptId } = visitorOf(request)
      await db.transaction((tx) => endOtherSessions(tx, { memberId, keptId, ...originOf(request) }))
      const { lang } = request.query
      return reply.redirect(addressIn('/account', { lang, done: 'others' }), 303)
    },
  )
}
