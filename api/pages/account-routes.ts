import { Type } from 'typebox'
import type { Context } from '../context.ts'
import type { Server } from '../plugins/typed-server.ts'
import { forgetRoutes } from './account-forget-routes.ts'
import { notificationRoutes } from './account-notification-routes.ts'
import { sessionRoutes } from './account-session-routes.ts'
import { tokenRoutes } from './account-token-routes.ts'
import { sendAccountPage } from './send-account-page.ts'
import { requireSignIn } from './signed-in.ts'

const Address = {
  querystring: Type.Object({ lang: Type.Optional(Type.String()), done: Type.Optional(Type.String()) }),
}

/** A member's own page, and what its buttons do. Whatever was done leads back to the page, so that a reload does nothing twice. */
export async function accountRoutes(server: Server, context: Context): Promise<void> {
  requireSignIn(server, context)

  server.get(
    '/account',
    { schema: { hide: true, ...Address }, config: { operation: 'GET /api/v1/auth/me' } },
    async (request, reply) => sendAccountPage(context, request, reply),
  )

  sessionRoutes(server, context)
  tokenRoutes(server, context)
  notificationRoutes(server, context)
  forgetRoutes(server, context)
}
