import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import type { FastifyReply } from 'fastify'
import type { Refusal } from '../../domain/contracts/refusal.ts'
import type { PageTexts } from '../../texts/pages.en.ts'
import type { Context } from '../context.ts'
import { asRefusal } from '../plugins/errors.ts'
import type { AddressGuard } from '../plugins/limit-addresses.ts'
import type { Server } from '../plugins/typed-server.ts'
import { accountRoutes } from './account-routes.ts'
import { messagePage, wordingFor } from './layout.ts'
import { linkRoutes } from './link-routes.ts'
import { loginRoutes } from './login-routes.ts'
import { moveRoutes } from './move-routes.ts'
import { pagePolicy } from './stylesheet.ts'
import { undoRoutes } from './undo-routes.ts'

/** The pages for people: forms without scripts, never cached, never framed, and what goes wrong is a page too. */
export async function pages(server: Server, context: Context, guard: AddressGuard): Promise<void> {
  await server.register(formbody, { bodyLimit: 16 * 1024 })
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: pagePolicy },
    // To ourselves only: the token in the address goes nowhere else, and browsers still say where a form comes from.
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: context.settings.url.startsWith('https://'),
  })
  server.addHook('onRoute', (route) => {
    route.config = { ...route.config, page: true }
  })
  server.addHook('onRequest', async (_request, reply) => {
    asPage(reply)
  })
  server.addHook('onRequest', guard)
  server.setErrorHandler((error, request, reply) => {
    const refusal = asRefusal(error)
    if (refusal.status >= 500) request.log.error({ err: error }, refusal.message)
    const wording = wordingFor(request)
    const { failed } = wording.texts
    const text = textOf(refusal, failed)
    if (refusal.retryAfterS !== undefined) reply.header('retry-after', Math.ceil(refusal.retryAfterS))
    return asPage(reply)
      .code(refusal.status)
      .send(messagePage(wording, { title: failed.title, text }))
  })
  loginRoutes(server, context)
  await server.register((scope: Server) => accountRoutes(scope, context))
  linkRoutes(server, context)
  moveRoutes(server, context)
  undoRoutes(server, context)
}

function textOf({ status, retryAfterS = 60 }: Refusal, failed: PageTexts['failed']): string {
  if (status === 429) return failed.tooMany(Math.ceil(retryAfterS))
  if (status === 403) return failed.notOurForm
  if (status === 503) return failed.away
  return status < 500 ? failed.badInput : failed.text
}

/** The headers of a page. An error takes the content type away from what it interrupts, so its page sets them anew. */
function asPage(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store')
}
