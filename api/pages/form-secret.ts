import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Settings } from '../context.ts'

/** Where a form's secret is kept: only the pages below `path` ever see it. */
export type FormCookie = { name: string; path: string }

/** The secret that a GET of the form gave to this browser, if it looks like one. */
export function formSecretOf(request: FastifyRequest, { name }: FormCookie): string | null {
  const secret = request.cookies[name]
  return secret !== undefined && /^[\w-]{43}$/.test(secret) ? secret : null
}

/** Gives this browser a secret for an hour, from which the form's proof is made. */
export function giveFormSecret(
  reply: FastifyReply,
  { name, path }: FormCookie,
  { url }: Pick<Settings, 'url'>,
): string {
  const secret = randomBytes(32).toString('base64url')
  // Lax, not strict: opening the page from a link elsewhere must find the same secret.
  reply.setCookie(name, secret, {
    path,
    httpOnly: true,
    sameSite: 'lax',
    secure: url.startsWith('https://'),
    maxAge: 3600,
  })
  return secret
}
