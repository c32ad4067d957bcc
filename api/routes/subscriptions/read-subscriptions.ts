import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { Subscriptions } from '../../../domain/contracts/subscription.ts'
import { answers } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { etagOfAnswer, namesTag } from './etag.ts'

const ifNoneMatch = {
  'if-none-match': Type.Optional(
    Type.String({ description: 'The ETag of the last read: 304 while it is the same' }),
  ),
}

export function readSubscriptionsRoute(server: Server): void {
  server.route({
    method: 'GET',
    url: '/user/subscriptions',
    config: {
      withSubscriptions: true,
      documented: { headers: ifNoneMatch, answerHeaders: { ETag: Type.String() } },
    },
    schema: {
      operationId: 'readSubscriptions',
      summary: 'Every list that the caller may see, with their place on it',
      tags: ['subscriptions'],
      response: answers({
        200: Subscriptions,
        304: Type.Null({ description: 'Still as If-None-Match says' }),
      }),
    },
    handler: async (request, reply) => {
      const items = request.subscriptions
      if (items === null) throw new Error('the subscriptions were not read with the caller')
      // Written and encoded once, for the tag and for the answer.
      const answer = Buffer.from(JSON.stringify({ items }))
      const etag = etagOfAnswer(answer)
      reply.header('etag', etag)
      const seen = request.headers['if-none-match']
      if (seen !== undefined && namesTag(seen, etag)) return reply.code(304).send(null)
      return sendJson(reply, answer)
    },
  })
}

const sendJson = (reply: FastifyReply, json: Buffer): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(json)
