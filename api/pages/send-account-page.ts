import type { FastifyReply, FastifyRequest } from 'fastify'
import { readAccount } from '../../domain/store/members/read-account.ts'
import { readApiTokens } from '../../domain/store/sessions/read-api-tokens.ts'
import { readNotifications } from '../../domain/store/members/read-notifications.ts'
import { readSessions } from '../../domain/store/sessions/read-sessions.ts'
import type { Context } from '../context.ts'
import { accountPage } from './account-page.ts'
import { emptyTokenForm, type TokenForm } from './account-tokens.ts'
import { wordingFor } from './layout.ts'
import { csrfTokenFor, visitorOf } from './signed-in.ts'

/** Shows the page; with a form for a new token that was refused, that. */
export async function sendAccountPage(
  { db, settings }: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  tokenForm: TokenForm = emptyTokenForm,
): Promise<FastifyReply> {
  const { memberId, sessionId, uid, displayName, isAdmin } = visitorOf(request)
  const { done = null } = request.query as { done?: string }
  const [account, notifications, sessions, tokens] = await Promise.all([
    readAccount(db, memberId),
    readNotifications(db, memberId),
    readSessions(db, { memberId, currentId: sessionId }),
    readApiTokens(db, memberId),
  ])
  const csrfToken = csrfTokenFor(request, reply)
  return reply.send(
    accountPage(wordingFor(request), {
      ...account,
      uid,
      displayName,
      isAdmin,
      timeZone: settings.siteTimeZone,
      notifications,
      sessions,
      tokens,
      tokenForm,
      done,
      csrfToken,
    }),
  )
}
