import { Refusal } from '../../domain/contracts/refusal.ts'
import type { Context } from '../context.ts'
import type { Server } from './typed-server.ts'

/** What says how the process is, and leans on no database of ours. */
const always = new Set(['/healthz', '/readyz'])

/** Until the database has said that this process belongs to it, everything else answers 503: it could be the other environment's. */
export function serveOnlyOurOwn(server: Server, { isInstalled }: Context): void {
  server.addHook('onRequest', async (request) => {
    if (isInstalled() || always.has(request.routeOptions.url ?? '')) return
    throw new Refusal('UNAVAILABLE', 'The database is not there yet. Please try again in a moment.', {
      reason: 'DATABASE_MISSING',
      retryAfterS: 10,
    })
  })
}
