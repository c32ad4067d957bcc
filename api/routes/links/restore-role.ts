import { announceLink } from '../../../domain/store/links/announce-link.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { discordAccountOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** For somebody who left the server and is back: Discord has forgotten their roles, the link still stands. */
export function restoreRoleRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'POST',
    url: '/links/mine/role',
    schema: {
      operationId: 'restoreRole',
      summary: 'Have the role of linked members given again, after joining the server anew',
      tags: ['links'],
      response: answers({ 204: Nothing }),
    },
    handler: async (request, reply) => {
      await announceLink(db, discordAccountOf(request))
      return reply.code(204).send(null)
    },
  })
}
