import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AdminGroup } from '../domain/contracts/directory.ts'
import { isAdminInDirectory, logIn } from '../domain/store/sessions/log-in.ts'
import { recordRefusedLogin } from '../domain/store/sessions/record-refused-login.ts'
import type { Context } from './context.ts'
import { csrfTokenOf } from './plugins/csrf.ts'
import { sessionSecretOf, setSessionCookies } from './plugins/session-cookie.ts'
import { recordUntriedLogin } from './record-untried-login.ts'
import { awayForNow, type SignIn, signIn } from './sign-in.ts'

export type OpenedSession =
  | { kind: 'signed-in'; uid: string; isAdmin: boolean }
  | { kind: 'unknown-member'; retryAfterS: number }
  | Exclude<SignIn, { kind: 'person' }>

/**
 * Tries a password; a right one opens a session in this browser. The session that it had before ends with that, so a session
 * that somebody else planted there is worth nothing afterwards.
 */
export async function openBrowserSession(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  { username, password }: { username: string; password: string },
): Promise<OpenedSession> {
  const { db, settings } = context
  const { ip: address, id: requestId, log } = request
  const signedIn = await signIn(context, { username, password, address, attemptId: null, requestId, log })
  if (signedIn.kind !== 'person') return signedIn
  const { entryUuid } = signedIn.person
  const wasAdmin = await isAdminInDirectory(db, entryUuid)
  const group = await readAdmins(context, request)
  if (group === null) {
    const outcome = 'directory_away'
    await recordUntriedLogin(context, { entryUuid, address, outcome, requestId, key: entryUuid })
    return awayForNow
  }
  const opened = await db.transaction((tx) =>
    logIn(tx, {
      person: signedIn.person,
      // Not found: there is no such group, or this account may not see it. The worker's reads know.
      admins: group.found ? { ...group, gid: settings.adminGid } : null,
      wasAdmin,
      address,
      agent: request.headers['user-agent'] ?? '',
      days: settings.sessionDays,
      instead: sessionSecretOf(request, settings),
      requestId,
    }),
  )
  if (opened === null) {
    await recordRefusedLogin(db, { entryUuid, address, outcome: 'unknown_member', requestId })
    return { kind: 'unknown-member', retryAfterS: 60 }
  }
  const { secret, csrfSecret } = opened.session
  setSessionCookies(reply, settings, { secret, csrfToken: csrfTokenOf(request, reply, csrfSecret) })
  return { kind: 'signed-in', uid: opened.uid, isAdmin: opened.isAdmin }
}

async function readAdmins({ directory }: Context, request: FastifyRequest): Promise<AdminGroup | null> {
  try {
    return await directory.readAdmins()
  } catch (err) {
    request.log.warn({ err }, 'the directory did not say who is an admin')
    return null
  }
}
