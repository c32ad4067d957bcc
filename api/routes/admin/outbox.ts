import { deadLetterDays, OutboxItem, OutboxQuery, Resend, Resent } from '../../../domain/contracts/outbox.ts'
import { pageOf } from '../../../domain/contracts/page.ts'
import { readOutbox } from '../../../domain/store/outbox/dead-letters.ts'
import { resendOutbox } from '../../../domain/store/outbox/resend-outbox.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import { byAdmin } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { defaultPlacesOf } from '../../telling.ts'

export function listOutboxRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/outbox',
    schema: {
      operationId: 'listOutbox',
      summary: 'Messages and mails that could not be sent, or wait, newest first',
      description: 'Not what they say to members; what was given up is kept for 90 days.',
      tags: ['admin'],
      querystring: OutboxQuery,
      response: answers({ 200: pageOf(OutboxItem) }),
    },
    handler: async (request) => {
      const { limit = 50, cursor, state = 'failed' } = request.query
      const after = readIdCursor(cursor)
      return pageUntil(await readOutbox(db, { limit, after, state }))
    },
  })
}

export function resendOutboxRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/outbox/resend',
    config: { once: true },
    schema: {
      operationId: 'resendOutbox',
      summary: 'Send again what could not be sent',
      description: `ids: which ones; without them all that failed in the last ${deadLetterDays} days. What did not fail is left alone, and so are mails and messages whose code or link is struck out by now (canResend). resent: how many are on their way again.`,
      tags: ['admin'],
      body: Resend,
      response: answers({ 200: Resent }, 409, 413, 415),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const resent = await resendOutbox(tx, {
          ids: request.body.ids ?? null,
          defaults: defaultPlacesOf(context.settings),
          ...byAdmin(request),
        })
        return { status: 200, location: null, body: { resent } }
      }),
  })
}
