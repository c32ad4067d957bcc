import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import { answers } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** Prometheus text, for whoever has METRICS_TOKEN, and for admins. */
export function metricsRoute(server: Server, registry: Registry): void {
  server.route({
    method: 'GET',
    url: '/metrics',
    schema: {
      operationId: 'readMetrics',
      summary: 'Measurements of this process',
      tags: ['health'],
      response: answers({
        200: { description: 'Prometheus text', content: { 'text/plain': { schema: Type.String() } } },
      }),
    },
    handler: async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  })
}
