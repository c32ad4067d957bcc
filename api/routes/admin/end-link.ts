import { endAccountLink } from '../../../domain/store/links/end-account-link.ts'
import { wordUnlinkedByAdmin } from '../../../texts/link-notices.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { byAdmin } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { AccountParams, linkNotFound } from './read-link.ts'

export function endLinkRoute(server: Server, context: Context): void {
  server.route({
    method: 'DELETE',
    url: '/admin/links/:account',
    config: { once: true },
    schema: {
      operationId: 'endLink',
      summary: 'End the link of a Discord account; the one who had it is told',
      tags: ['admin'],
      params: AccountParams,
      response: answers({ 204: Nothing }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const ended = await endAccountLink(tx, {
          discordUserId: request.params.account,
          word: wordUnlinkedByAdmin,
          ...byAdmin(request),
        })
        if (!ended) throw linkNotFound()
        return { status: 204, location: null, body: null }
      }),
  })
}
