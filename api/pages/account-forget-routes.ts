import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { forgetMember } from '../../domain/store/members/forget-member.ts'
import type { Context } from '../context.ts'
import { originOf } from '../plugins/origin-of.ts'
import { clearSessionCookies } from '../plugins/session-cookie.ts'
import type { Server } from '../plugins/typed-server.ts'
import { forgetPage } from './account-forget.ts'
import { addressIn, wordingFor } from './layout.ts'
import { linkWordsFrom } from '../../texts/link-words.ts'
import { csrfTokenFor, visitorOf } from './signed-in.ts'

const config = { operation: 'DELETE /api/v1/user/data' } as const
const querystring = Type.Object({ lang: Type.Optional(Type.String()) })

/** Deletes what is held about the member, after one more question. */
export function forgetRoutes(server: Server, { db, settings }: Context): void {
  const words = linkWordsFrom(settings.url)

  server.get('/account/forget', { schema: { hide: true, querystring }, config }, async (request, reply) =>
    sendQuestion(request, reply, null),
  )

  server.post('/account/forget', { schema: { hide: true, querystring }, config }, async (request, reply) => {
    const { memberId } = visitorOf(request)
    try {
      await db.transaction((tx) => forgetMember(tx, { memberId, via: 'web', words, ...originOf(request) }))
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'CHANGES_OPEN') throw error
      const { lists } = error.details as { lists: string[] }
      return sendQuestion(request, reply.code(409), wordingFor(request).texts.forget.open(lists))
    }
    clearSessionCookies(reply, settings)
    return reply.redirect(addressIn('/forgotten', request.query), 303)
  })
}

const sendQuestion = (request: FastifyRequest, reply: FastifyReply, notice: string | null): FastifyReply =>
  reply.send(forgetPage(wordingFor(request), { notice, csrfToken: csrfTokenFor(request, reply) }))
