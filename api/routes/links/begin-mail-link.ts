import { setTimeout as delay } from 'node:timers/promises'
import { MailLinkAttempt, MailLinkRequest } from '../../../domain/contracts/link.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { beginMailLink } from '../../../domain/store/links/begin-mail-link.ts'
import type { Context, Limiter } from '../../context.ts'
import { linkWordsFrom } from '../../../texts/link-words.ts'
import { answers } from '../../plugins/answers.ts'
import { discordAccountOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { withinLimit } from '../../plugins/within-limit.ts'

/** Longer than all of it takes, so that how long it took tells nothing about the user name. */
const answeredAfterMs = 400

/**
 * Whoever is named, the answer is the same and comes after the same time. No Idempotency-Key (docs/decisions/011): beginning
 * again only ends the attempt before.
 */
export function beginMailLinkRoute(server: Server, { db, limits, settings }: Context): void {
  const words = linkWordsFrom(settings.url)
  server.route({
    method: 'POST',
    url: '/links/mail',
    config: { documented: { limited: true } },
    schema: {
      operationId: 'beginMailLink',
      summary: 'Begin to link a Discord account by a code sent to the address in the directory',
      description:
        'Never tells whether the user name exists, has an address or is linked. An attempt begun before is over with this.',
      tags: ['links'],
      body: MailLinkRequest,
      response: answers({ 201: MailLinkAttempt }, 409, 413, 415, 429),
    },
    handler: async (request, reply) => {
      const discordUserId = discordAccountOf(request)
      const by = { key: discordUserId, reply }
      const [begun] = await Promise.all([
        withinLimit(limits.linkMailsOfDay, by, (spendOfDay) =>
          withinLimit(limits.linkMails, by, (spend) =>
            db.transaction((tx) =>
              beginMailLink(tx, {
                discordUserId,
                request: request.body,
                spend: async () => {
                  await spendOfDay()
                  await spend()
                },
                mayMail: (person) => fits(limits.linkMailsToPerson, person),
                words,
                requestId: request.id,
              }),
            ),
          ),
        ),
        delay(answeredAfterMs),
      ])
      return reply.code(201).send({ id: begun.id, expiresAt: begun.expiresAt.toISOString() })
    },
  })
}

/** Takes one of what is left; false when there is nothing left. */
async function fits(limiter: Limiter, key: string): Promise<boolean> {
  try {
    await limiter.consume(key)
    return true
  } catch (error) {
    if (error instanceof Refusal && error.code === 'TOO_MANY_REQUESTS') return false
    throw error
  }
}
