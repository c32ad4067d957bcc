import type { FastifyRequest } from 'fastify'
import { LoggedIn, Login } from '../../../domain/contracts/identity.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import type { Context } from '../../context.ts'
import { openBrowserSession, type OpenedSession } from '../../open-browser-session.ts'
import { answersToAll } from '../../plugins/answers.ts'
import { sessionCookiesHeader } from '../../plugins/session-cookie.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** A right password opens a session, in place of the one that the browser had. Unknown names answer as wrong passwords do. */
export function loginRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/auth/login',
    config: { documented: { answerHeaders: sessionCookiesHeader } },
    schema: {
      operationId: 'login',
      summary: 'Sign in with the directory’s user name and password',
      description:
        'Sets the session’s cookie and guildpost_csrf; writes by cookie send that one back in X-CSRF-Token.',
      tags: ['auth'],
      body: Login,
      response: answersToAll({ 200: LoggedIn }, 401, 403, 413, 415, 429),
    },
    // Before the body is looked at: other sites are told nothing about it.
    onRequest: async (request) => requireOwnOrigin(context, request),
    handler: async (request, reply) => {
      const opened = await openBrowserSession(context, request, reply, request.body)
      if (opened.kind !== 'signed-in') throw refusalOf(opened)
      return { username: opened.uid, isAdmin: opened.isAdmin }
    },
  })
}

/** @throws {Refusal} when another site’s page sends this: nobody else may sign a browser in (login CSRF). */
function requireOwnOrigin({ settings }: Context, { headers }: FastifyRequest): void {
  const { origin } = headers
  if (
    origin === undefined ||
    origin === new URL(settings.url).origin ||
    settings.corsOrigins.includes(origin)
  )
    return
  throw new Refusal('PERMISSION_DENIED', 'Pages of other sites may not sign anybody in.', {
    reason: 'ORIGIN_NOT_ALLOWED',
  })
}

function refusalOf(refused: Exclude<OpenedSession, { kind: 'signed-in' }>): Refusal {
  switch (refused.kind) {
    case 'blank':
    case 'wrong-password':
      return new Refusal('NOT_AUTHENTICATED', 'The user name or the password is wrong.', {
        reason: 'PASSWORD_WRONG',
      })
    case 'too-many':
      return new Refusal('TOO_MANY_REQUESTS', 'Too many wrong passwords. Wait a little, then try again.', {
        retryAfterS: refused.retryAfterS,
      })
    case 'unknown-member':
      return new Refusal(
        'UNAVAILABLE',
        'You are new in the directory and will be known here in a few minutes.',
        {
          reason: 'MEMBER_UNKNOWN',
          retryAfterS: refused.retryAfterS,
        },
      )
    case 'away':
      return new Refusal('UNAVAILABLE', 'The directory does not answer. Please try again in a minute.', {
        reason: 'DIRECTORY_AWAY',
        retryAfterS: refused.retryAfterS,
      })
  }
}
