import { LinkAttempt, LinkRequest } from '../../../domain/contracts/link.ts'
import { beginLink } from '../../../domain/store/links/begin-link.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { discordAccountOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { withinLimit } from '../../plugins/within-limit.ts'

/** No Idempotency-Key here (docs/decisions/011): a kept answer would keep the token in plain text. */
export function beginLinkRoute(server: Server, { db, limits, settings }: Context): void {
  server.route({
    method: 'POST',
    url: '/links',
    config: { documented: { limited: true } },
    schema: {
      operationId: 'beginLink',
      summary: 'Begin to link a Discord account; an attempt begun before is over with this',
      tags: ['links'],
      body: LinkRequest,
      response: answers({ 201: LinkAttempt }, 409, 413, 415, 429),
    },
    handler: async (request, reply) => {
      const discordUserId = discordAccountOf(request)
      const begun = await withinLimit(limits.linkBegins, { key: discordUserId, reply }, (spend) =>
        db.transaction(async (tx) => {
          const attempt = await beginLink(tx, { discordUserId, request: request.body, requestId: request.id })
          await spend()
          return attempt
        }),
      )
      return reply.code(201).send({
        id: begun.id,
        url: `${settings.url}/link/${begun.token}`,
        expiresAt: begun.expiresAt.toISOString(),
      })
    },
  })
}
