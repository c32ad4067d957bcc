import type { ChangeWaiters } from '../change-waiters.ts'
import type { Server } from './typed-server.ts'

/** Before the process is ended whatever is left (`main.ts`). */
export const ordinaryCutOffMs = 8000

/**
 * Lets the server stop soon: whoever waits for a change is answered now, and every connection ends with its answer,
 * which a kept-alive one would not do for a minute. Whoever is still there after `cutOffMs` is cut off: Node counts no sender's time any
 * more once it stops listening.
 */
export function addShutdown(server: Server, changeWaiters: ChangeWaiters, cutOffMs: number): void {
  let closing = false
  server.addHook('preClose', async () => {
    closing = true
    changeWaiters.close()
    setTimeout(() => server.server.closeAllConnections(), cutOffMs).unref()
  })
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close')
    done(null, payload)
  })
}
