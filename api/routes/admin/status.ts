import { Status } from '../../../domain/contracts/status.ts'
import { readStatus } from '../../../domain/store/installation/read-status.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function readStatusRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/status',
    schema: {
      operationId: 'readStatus',
      summary: 'How it all goes: what waits, what is paused, how old the mirror is, and what is wrong',
      tags: ['admin'],
      response: answers({ 200: Status }),
    },
    handler: async () => readStatus(db),
  })
}
