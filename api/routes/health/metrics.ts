import type { Registry } from 'prom-client'
import { Type } from 'typebox'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { bearerTokenOf, digestOf, isDigestOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** Prometheus text, for whoever has METRICS_TOKEN. */
export function metrics(server: Server, { settings }: Context, registry: Registry): void {
  const digest = settings.metricsToken === null ? null : digestOf(settings.metricsToken)
  server.route({
    method: 'GET',
    url: '/metrics',
    onRequest: async (request) => {
      const token = bearerTokenOf(request)
      if (digest === null || token === null || !isDigestOf(digest, token))
        throw new Refusal('NOT_AUTHENTICATED', 'Send METRICS_TOKEN as a bearer token.')
      if (request.headers['x-discord-user'] !== undefined)
        throw new Refusal('VALIDATION_ERROR', 'X-Discord-User goes with the service token only.', {
          reason: 'DISCORD_USER_INVALID',
        })
    },
    schema: {
      summary: 'Measurements of this process',
      tags: ['health'],
      security: [{ metricsToken: [] }],
      response: answers({
        200: { description: 'Prometheus text', content: { 'text/plain': { schema: Type.String() } } },
      }),
    },
    handler: async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  })
}
