import csrfProtection from '@fastify/csrf-protection'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Server } from './typed-server.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the CSRF plugin keeps of the session: the secret that its tokens are made from. */
    session: { _csrf: string } | null
  }
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Tokens against cross-site request forgery, made from a secret that every session has of its own. */
export async function addCsrf(server: Server): Promise<void> {
  server.decorateRequest('session', null)
  await server.register(csrfProtection, {
    sessionPlugin: '@fastify/session',
    getToken: tokenOf,
    logLevel: 'info',
  })
}

/** The token for what this session's pages send. */
export function csrfTokenOf(request: FastifyRequest, reply: FastifyReply, csrfSecret: string): string {
  request.session = { _csrf: csrfSecret }
  return reply.generateCsrf()
}

/**
 * Refuses (403) a write of this session that does not bring its token: in the header X-CSRF-Token, or in the field `_csrf` of
 * a form. Calls `done` for what may go on.
 */
export function requireCsrfToken(
  server: Server,
  request: FastifyRequest,
  reply: FastifyReply,
  { csrfSecret, done }: { csrfSecret: string; done: () => void },
): void {
  if (reading.has(request.method)) return done()
  request.session = { _csrf: csrfSecret }
  server.csrfProtection(request, reply, done)
}

function tokenOf({ headers, body }: FastifyRequest): string {
  const header = headers['x-csrf-token']
  if (typeof header === 'string') return header
  const { _csrf: field } = (body ?? {}) as { _csrf?: unknown }
  return typeof field === 'string' ? field : ''
}
