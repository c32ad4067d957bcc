import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Settings } from '../context.ts'

type Site = Pick<Settings, 'url' | 'sessionDays'>

const isSecure = ({ url }: Pick<Site, 'url'>): boolean => url.startsWith('https://')

/** With https the prefix makes browsers refuse the cookie from any other host (RFC 6265bis, section 4.1.3.2). */
export const sessionCookieName = (site: Pick<Site, 'url'>): string =>
  `${isSecure(site) ? '__Host-' : ''}guildpost_session`

/** Scripts of our own pages read this one, to send it back in X-CSRF-Token. */
const csrfCookie = 'guildpost_csrf'

/** How the document tells of either. */
export const sessionCookiesHeader = {
  'Set-Cookie': Type.String({ description: 'The cookie of the session and guildpost_csrf, or their end' }),
}

/** The session's secret that the browser sends, if it looks like one of ours. */
export function sessionSecretOf(request: FastifyRequest, site: Pick<Site, 'url'>): string | null {
  const secret = request.cookies[sessionCookieName(site)]
  return secret !== undefined && /^[\w-]{43}$/.test(secret) ? secret : null
}

/** Gives the browser its session and what proves that a write comes from a page that can read our cookies. */
export function setSessionCookies(
  reply: FastifyReply,
  site: Site,
  { secret, csrfToken }: { secret: string; csrfToken: string },
): void {
  const shared = {
    path: '/',
    sameSite: 'lax',
    secure: isSecure(site),
    maxAge: site.sessionDays * 86_400,
  } as const
  reply.setCookie(sessionCookieName(site), secret, { ...shared, httpOnly: true })
  reply.setCookie(csrfCookie, csrfToken, shared)
}

export function clearSessionCookies(reply: FastifyReply, site: Pick<Site, 'url'>): void {
  const shared = { path: '/', sameSite: 'lax', secure: isSecure(site) } as const
  reply.clearCookie(sessionCookieName(site), { ...shared, httpOnly: true })
  reply.clearCookie(csrfCookie, shared)
}
