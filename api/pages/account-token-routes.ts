import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { ApiTokenRequest } from '../../domain/contracts/identity.ts'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { type Scope, scopes as allScopes } from '../../domain/rules/permissions.ts'
import { isUuid } from '../../domain/rules/uuid.ts'
import { makeApiToken } from '../../domain/store/sessions/make-api-token.ts'
import { readApiTokens } from '../../domain/store/sessions/read-api-tokens.ts'
import { revokeApiToken } from '../../domain/store/sessions/revoke-api-token.ts'
import type { Context } from '../context.ts'
import { originOf } from '../plugins/origin-of.ts'
import type { Server } from '../plugins/typed-server.ts'
import { newTokenPage } from './account-tokens.ts'
import { addressIn, wordingFor } from './layout.ts'
import { sendAccountPage } from './send-account-page.ts'
import { visitorOf } from './signed-in.ts'

const querystring = Type.Object({ lang: Type.Optional(Type.String()) })

/** Forms send one box as a text, and several as a list. */
const TokenFields = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 256 })),
  scopes: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  days: Type.Optional(Type.String({ maxLength: 16 })),
})

const isRequest = Compile(ApiTokenRequest)

/** Makes a token, which the answer shows and nothing ever again, and revokes one. */
export function tokenRoutes(server: Server, context: Context): void {
  const { db, settings } = context

  server.post(
    '/account/tokens',
    {
      schema: { hide: true, querystring, body: TokenFields },
      config: { operation: 'POST /api/v1/auth/tokens' },
    },
    async (request, reply) => {
      const { memberId, sessionId, isAdmin } = visitorOf(request)
      const wording = wordingFor(request)
      const { problems } = wording.texts.account.tokens
      const { name = '', days = '' } = request.body
      const scopes = scopesOf(request.body.scopes)
      const again = (status: number, notice: string) =>
        sendAccountPage(context, request, reply.code(status), { name, scopes, days, notice })
      const wish = { name: name.trim(), scopes, expiresInDays: /^[0-9]{1,3}$/.test(days) ? Number(days) : 0 }
      if (wish.name === '' || wish.name.length > 100) return again(400, problems.name)
      if (scopes.length === 0) return again(400, problems.scopes)
      if (!isRequest.Check(wish)) return again(400, problems.days)
      // Loading the answer again sends the form again: the same name then says that the token is there already.
      const standing = await readApiTokens(db, memberId)
      if (standing.some((token) => token.name === wish.name)) return again(409, problems.taken)
      try {
        const token = await db.transaction((tx) =>
          makeApiToken(tx, { memberId, sessionId, isAdmin, request: wish, via: 'web', ...originOf(request) }),
        )
        return await reply.send(
          newTokenPage(wording, { token, url: settings.url, timeZone: settings.siteTimeZone }),
        )
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        if (error.code === 'NOT_AUTHENTICATED') return reply.redirect(addressIn('/login', request.query), 303)
        return again(error.status, error.reason === 'TOO_MANY_TOKENS' ? problems.tooMany : problems.refused)
      }
    },
  )

  server.post(
    '/account/tokens/:id/revoke',
    {
      schema: { hide: true, params: Type.Object({ id: Type.String() }), querystring },
      config: { operation: 'DELETE /api/v1/auth/tokens/:id' },
    },
    async (request, reply) => {
      const { memberId } = visitorOf(request)
      const { id: tokenId } = request.params
      const revoked =
        isUuid(tokenId) &&
        (await db.transaction((tx) =>
          revokeApiToken(tx, { tokenId, memberId, via: 'web', ...originOf(request) }),
        ))
      const { lang } = request.query
      return reply.redirect(addressIn('/account', { lang, ...(revoked ? { done: 'token' } : {}) }), 303)
    },
  )
}

function scopesOf(given: string | string[] | undefined): Scope[] {
  const named = new Set([given ?? []].flat())
  return allScopes.filter((scope) => named.has(scope))
}
