import { Type } from 'typebox'
import { answersToAll } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** 200 while the process lives, whatever it leans on. */
export function healthzRoute(server: Server): void {
  server.route({
    method: 'GET',
    url: '/healthz',
    schema: {
      operationId: 'readHealth',
      summary: 'The process lives',
      tags: ['health'],
      response: answersToAll({ 200: Type.Object({ status: Type.Literal('ok') }) }),
    },
    handler: async () => ({ status: 'ok' as const }),
  })
}
