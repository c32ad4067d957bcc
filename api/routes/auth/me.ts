import { Me } from '../../../domain/contracts/link.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf, memberOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function meRoute(server: Server): void {
  server.route({
    method: 'GET',
    url: '/auth/me',
    schema: {
      operationId: 'readMe',
      summary: 'Who is asking',
      tags: ['auth'],
      response: answers({ 200: Me }),
    },
    handler: async (request) => {
      const { uid, displayName, isAdmin } = memberOf(request)
      return { username: uid, displayName, isAdmin, via: callerOf(request).via }
    },
  })
}
