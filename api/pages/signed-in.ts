import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { type Operation, type Permission, permissions } from '../../domain/rules/permissions.ts'
import { findCaller, type FoundCaller, noteUse } from '../../domain/store/sessions/find-caller.ts'
import { hashOf } from '../../domain/rules/secret-hash.ts'
import type { Context } from '../context.ts'
import { csrfTokenOf, requireCsrfToken } from '../plugins/csrf.ts'
import { sessionSecretOf } from '../plugins/session-cookie.ts'
import type { Server } from '../plugins/typed-server.ts'
import { gonePage } from './account-page.ts'
import { isFromOwnOrigin } from './form-proof.ts'
import { addressIn, wordingFor } from './layout.ts'

/** Whose browser this is, and by which session. */
export type Visitor = FoundCaller & { sessionId: string; csrfSecret: string }

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Visitor | null
  }
  interface FastifyContextConfig {
    /** The operation of the API that the page stands for: its row in the table says who may. */
    operation?: Operation
  }
}

/** The member who is signed in with this browser, also one who is gone from the directory; null when nobody is. */
export async function findVisitor(
  { db, settings }: Context,
  request: FastifyRequest,
): Promise<Visitor | null> {
  const secret = sessionSecretOf(request, settings)
  if (secret === null) return null
  const found = await findCaller(db, { kind: 'session', key: hashOf(secret) })
  if (found === null) return null
  if (found.unnoted) await noteUse(db, found)
  const { sessionId, csrfSecret } = found
  if (sessionId === null || csrfSecret === null) throw new Error('a session came without its id')
  return { ...found, sessionId, csrfSecret }
}

/**
 * Lets nobody onto the pages of this scope who isn't signed in, and no form that wasn't sent by one of them: by its Origin and
 * by the token of the session in its field `_csrf`.
 */
export function requireSignIn(server: Server, context: Context): void {
  server.decorateRequest('visitor', null)
  server.addHook('onRequest', async (request, reply) => {
    const visitor = await findVisitor(context, request)
    if (visitor === null) return reply.redirect(addressIn('/login', request.query as { lang?: string }), 303)
    request.visitor = visitor
    if (visitor.state !== 'gone' || isForGoneToo(request)) return
    const csrfToken = csrfTokenOf(request, reply, visitor.csrfSecret)
    return reply.code(403).send(gonePage(wordingFor(request), csrfToken))
  })
  // Not earlier: the token is in the body.
  server.addHook('preHandler', (request, reply, done) => {
    if (request.method === 'POST' && !isFromOwnOrigin(request, context.settings)) return done(notOurForm())
    const { csrfSecret } = visitorOf(request)
    requireCsrfToken(server, request, reply, { csrfSecret, done })
  })
}

function isForGoneToo({ routeOptions }: FastifyRequest): boolean {
  const { operation } = routeOptions.config
  if (operation === undefined) throw new Error('this page was entered without an operation')
  const { goneToo }: Permission = permissions[operation]
  return goneToo === true
}

/** @throws when the page is not behind `requireSignIn`. */
export function visitorOf(request: FastifyRequest): Visitor {
  if (request.visitor === null) throw new Error('this page was entered without a session')
  return request.visitor
}

/** The token for the forms of the visitor's pages. */
export const csrfTokenFor = (request: FastifyRequest, reply: FastifyReply): string =>
  csrfTokenOf(request, reply, visitorOf(request).csrfSecret)

const notOurForm = (): Refusal =>
  new Refusal('PERMISSION_DENIED', 'Pages of other sites may not send this.', {
    reason: 'ORIGIN_NOT_ALLOWED',
  })
