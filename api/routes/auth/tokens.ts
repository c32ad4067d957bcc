import { Type } from 'typebox'
import { ApiToken, ApiTokenRequest, NewApiToken } from '../../../domain/contracts/identity.ts'
import { pageOf, PageQuery } from '../../../domain/contracts/page.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { makeApiToken } from '../../../domain/store/sessions/make-api-token.ts'
import { readApiTokenPage } from '../../../domain/store/sessions/read-api-tokens.ts'
import { revokeApiToken } from '../../../domain/store/sessions/revoke-api-token.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listTokensRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/auth/tokens',
    schema: {
      operationId: 'listTokens',
      summary: 'The caller’s API tokens that are neither expired nor revoked, newest first',
      tags: ['auth'],
      querystring: Type.Pick(PageQuery, ['limit', 'cursor']),
      response: answers({ 200: pageOf(ApiToken) }),
    },
    handler: async (request) => {
      const { limit = 50, cursor } = request.query
      const after = readIdCursor(cursor)
      return pageUntil(await readApiTokenPage(db, memberOf(request).id, { limit, after }))
    },
  })
}

/** No Idempotency-Key here (docs/decisions/011): a kept answer would keep the token in plain text. */
export function makeTokenRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'POST',
    url: '/auth/tokens',
    schema: {
      operationId: 'makeToken',
      summary: 'Make a personal API token; this answer is the only one that shows it',
      description:
        'At most 20 at a time. The scope “admin” is for admins, “notices” for those whom an admin allowed it.',
      tags: ['auth'],
      body: ApiTokenRequest,
      response: answers({ 201: NewApiToken }, 409, 413, 415),
    },
    handler: async (request, reply) => {
      const { id: memberId, sessionId, isAdmin } = memberOf(request)
      if (sessionId === null) throw new Error('this route was entered without a session')
      const made = await db.transaction((tx) =>
        makeApiToken(tx, {
          memberId,
          sessionId,
          isAdmin,
          request: request.body,
          via: 'web',
          ...originOf(request),
        }),
      )
      return reply.code(201).send(made)
    },
  })
}

export function revokeTokenRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'DELETE',
    url: '/auth/tokens/:id',
    schema: {
      operationId: 'revokeToken',
      summary: 'Revoke one of the caller’s API tokens at once',
      tags: ['auth'],
      params: Type.Object({ id: Type.String({ description: 'the id of the token (UUID)' }) }),
      response: answers({ 204: Nothing }, 404),
    },
    handler: async (request, reply) => {
      const { id: memberId } = memberOf(request)
      const { id: tokenId } = request.params
      const revoked =
        isUuid(tokenId) &&
        (await db.transaction((tx) =>
          revokeApiToken(tx, { tokenId, memberId, via: 'web', ...originOf(request) }),
        ))
      if (!revoked) throw new Refusal('NOT_FOUND', 'You have no such token.', { reason: 'TOKEN_NOT_FOUND' })
      return reply.code(204).send(null)
    },
  })
}
