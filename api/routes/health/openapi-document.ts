import { Type } from 'typebox'
import { answersToAll } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** The contract of this API as OpenAPI 3.1. */
export function openApiDocumentRoute(server: Server): void {
  server.route({
    method: 'GET',
    url: '/openapi.json',
    schema: {
      operationId: 'readDocument',
      summary: 'This document',
      tags: ['health'],
      response: answersToAll({ 200: Type.Record(Type.String(), Type.Unknown()) }),
    },
    handler: async (_request, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .serializer(JSON.stringify)
        .send({ ...server.swagger() }),
  })
}
