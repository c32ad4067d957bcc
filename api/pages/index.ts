import cookie from '@fastify/cookie'
import formbody from '@fastify/formbody'
import type { FastifyReply } from 'fastify'
import type { Context } from '../context.ts'
import { asRefusal } from '../plugins/errors.ts'
import type { Server } from '../plugins/typed-server.ts'
import { languageOf, messagePage, wordingOf } from './layout.ts'
import { linkRoutes } from './link-routes.ts'
import { pagePolicy } from './stylesheet.ts'
import { undoRoutes } from './undo-routes.ts'

/** The pages for people: forms without scripts, never cached, never framed, and what goes wrong is a page too. */
export async function pages(server: Server, context: Context): Promise<void> {
  await server.register(cookie)
  await server.register(formbody, { bodyLimit: 16 * 1024 })
  server.addHook('onRequest', async (_request, reply) => {
    asPage(reply)
  })
  server.setErrorHandler((error, request, reply) => {
    const refusal = asRefusal(error)
    if (refusal.status >= 500) request.log.error({ err: error }, refusal.message)
    const { lang } = request.query as { lang?: string }
    const wording = wordingOf(lang, languageOf(request))
    const { failed } = wording.texts
    const text = refusal.status < 500 ? failed.badInput : refusal.status === 503 ? failed.away : failed.text
    if (refusal.retryAfterS !== undefined) reply.header('retry-after', Math.ceil(refusal.retryAfterS))
    return asPage(reply)
      .code(refusal.status)
      .send(messagePage(wording, { title: failed.title, text }))
  })
  linkRoutes(server, context)
  undoRoutes(server, context)
}

/** The headers of a page. An error takes the content type away from what it interrupts, so its page sets them anew. */
function asPage(reply: FastifyReply): FastifyReply {
  return (
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', pagePolicy)
      // To ourselves only: the token in the address goes nowhere else, and browsers still say where a form comes from.
      .header('referrer-policy', 'same-origin')
  )
}
