import { LinkCode, Linked, LinkMoving } from '../../../domain/contracts/link.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { type Completed, completeLink } from '../../../domain/store/links/complete-link.ts'
import type { Answer } from '../../../domain/store/idempotency.ts'
import type { Context } from '../../context.ts'
import { linkWordsFrom } from '../../../texts/link-words.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf, discordAccountOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

/** The code that the page showed or the mail brought, typed by the account that began: only now are they linked. */
export function enterCodeRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/links/code',
    config: { once: true, documented: { waitsAfter: 403 } },
    schema: {
      operationId: 'enterCode',
      summary: 'Confirm a link with the code from its page or from the mail',
      description:
        '202: the person is linked to another account and was asked whether the link may move; Location tells who the account is once it has.',
      tags: ['links'],
      body: LinkCode,
      response: answers({ 200: Linked, 202: LinkMoving }, 404, 409, 413, 415),
    },
    handler: async (request, reply) => {
      const { via } = callerOf(request)
      const discordUserId = discordAccountOf(request)
      return answerWrite(context, request, reply, async (tx) => {
        const completed = await completeLink(tx, {
          discordUserId,
          code: request.body.code,
          words: linkWordsFrom(context.settings.url),
          requestId: request.id,
        })
        return completed instanceof Refusal ? completed : answerOf(completed, via)
      })
    },
  })
}

function answerOf(completed: Completed, via: Linked['via']): Answer {
  const { uid: username, displayName } = completed
  if (completed.kind === 'moving') {
    const { askedBy, expiresAt } = completed
    const body: LinkMoving = { username, displayName, askedBy, expiresAt: expiresAt.toISOString() }
    return { status: 202, location: '/api/v1/auth/me', body }
  }
  const { isAdmin, adminRightsUnused } = completed
  const body: Linked = {
    username,
    displayName,
    isAdmin,
    via,
    ...(adminRightsUnused ? { adminRightsUnused } : {}),
  }
  return { status: 200, location: null, body }
}
