import type { ChangeWaiters } from '../change-waiters.ts'
import type { Server } from './typed-server.ts'

/**
 * Lets the server stop soon: whoever waits for a change is answered now, and every connection ends with its answer,
 * which a kept-alive one would not do for a minute.
 */
export function addShutdown(server: Server, changeWaiters: ChangeWaiters): void {
  let closing = false
  server.addHook('preClose', async () => {
    closing = true
    changeWaiters.close()
  })
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close')
    done(null, payload)
  })
}
