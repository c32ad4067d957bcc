import { LinkCode, Me } from '../../../domain/contracts/link.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { completeLink } from '../../../domain/store/complete-link.ts'
import type { Context } from '../../context.ts'
import { linkMailFrom } from '../../pages/link-mail.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

/** The code that the page showed, typed by the account that began: only now are they linked. */
export function enterLinkCode(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/links/code',
    config: { discord: true, withoutLink: true, once: true },
    schema: {
      summary: 'Confirm a link with the code from its page',
      tags: ['links'],
      body: LinkCode,
      response: answers({ 200: Me }, 404, 409, 413, 415),
    },
    handler: async (request, reply) => {
      const { discordUserId, via } = callerOf(request)
      return answerWrite(context, request, reply, async (tx) => {
        const linked = await completeLink(tx, {
          discordUserId,
          code: request.body.code,
          composeMail: linkMailFrom(context.settings.url),
          requestId: request.id,
        })
        if (linked instanceof Refusal) return linked
        const { uid, displayName, isAdmin } = linked
        return { status: 200, location: null, body: { username: uid, displayName, isAdmin, via } }
      })
    },
  })
}
