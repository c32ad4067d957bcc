import { Type } from 'typebox'
import { Subscriptions } from '../../../domain/contracts/subscription.ts'
import { readSubscriptions } from '../../../domain/store/read-subscriptions.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { etagOf, namesTag } from './etag.ts'

export function readOwnSubscriptions(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/user/subscriptions',
    config: { discord: true },
    schema: {
      summary: 'Every list that the caller may see, with their place on it',
      tags: ['subscriptions'],
      response: answers({
        200: Subscriptions,
        304: Type.Null({ description: 'Still as If-None-Match says' }),
      }),
    },
    handler: async (request, reply) => {
      const { id, isAdmin } = memberOf(request)
      const items = await readSubscriptions(db, { memberId: id, seesHidden: isAdmin })
      const etag = etagOf(items)
      reply.header('etag', etag)
      const seen = request.headers['if-none-match']
      if (seen !== undefined && namesTag(seen, etag)) return reply.code(304).send(null)
      return { items }
    },
  })
}
