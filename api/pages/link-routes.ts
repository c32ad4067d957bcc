import type { FastifyReply, FastifyRequest } from 'fastify'
import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import { bindBrowser } from '../../domain/store/bind-browser.ts'
import { findLinkAttempt, type FoundAttempt } from '../../domain/store/find-link-attempt.ts'
import { proveLink, type Proven } from '../../domain/store/prove-link.ts'
import type { Context } from '../context.ts'
import type { Server } from '../plugins/typed-server.ts'
import { comesFromOurForm, formProofOf } from './form-proof.ts'
import { languageOf, messagePage, type Wording, wordingOf } from './layout.ts'
import { codePage, linkPage } from './link-page.ts'
import { type SignIn, signIn } from './sign-in.ts'

const cookieName = 'guildpost_link'

const Address = {
  params: Type.Object({ token: Type.String() }),
  querystring: Type.Object({ lang: Type.Optional(Type.String()) }),
}

const LinkForm = Type.Object({
  form: Type.Optional(Type.String()),
  username: Type.Optional(Type.String({ maxLength: 256 })),
  password: Type.Optional(Type.String({ maxLength: 1024 })),
})

/** The page where a person proves who they are. Opening it consumes nothing; a code is made only by a right password. */
export function linkRoutes(server: Server, context: Context): void {
  server.get('/link/:token', { schema: { hide: true, ...Address } }, async (request, reply) => {
    const { token } = request.params
    const { attempt, wording } = await find(context, request, request.query.lang)
    if (attempt?.state !== 'open') return sendOver(reply, wording, attempt)
    const secret = browserSecretOf(request) ?? newBrowserSecret(reply, context)
    return reply.send(formPage(wording, attempt, { token, secret, username: '', notice: null }))
  })

  server.post(
    '/link/:token',
    { schema: { hide: true, ...Address, body: LinkForm } },
    async (request, reply) => {
      const { token } = request.params
      const { attempt, wording } = await find(context, request, request.query.lang)
      // A form that was sent twice at once finds the code made by the first: the page that stays gets one that works.
      if (attempt?.state !== 'open' && attempt?.state !== 'proven') return sendOver(reply, wording, attempt)
      const { form, username = '', password = '' } = request.body
      const secret = browserSecretOf(request)
      const again = (status: number, notice: string) => {
        const kept = secret ?? newBrowserSecret(reply, context)
        return reply.code(status).send(formPage(wording, attempt, { token, secret: kept, username, notice }))
      }
      const { refused } = wording.texts
      if (secret === null || !comesFromOurForm(request, { token, secret, form, url: context.settings.url }))
        return attempt.state === 'open' ? again(403, refused.form) : sendOver(reply, wording, attempt)
      if (username.trim() === '' || password === '') return again(400, refused.empty)
      const bound = await context.db.transaction((tx) =>
        bindBrowser(tx, { attemptId: attempt.id, browserSecret: secret, requestId: request.id }),
      )
      if (!bound) return reply.code(403).send(messagePage(wording, wording.texts.elsewhere))
      const signedIn = await signIn(context, {
        username,
        password,
        address: request.ip,
        attemptId: attempt.id,
        log: request.log,
      })
      if (signedIn.kind !== 'person') return refuse(reply, wording, signedIn, again)
      const proven = await context.db.transaction((tx) =>
        proveLink(tx, {
          attemptId: attempt.id,
          browserSecret: secret,
          entryUuid: signedIn.entryUuid,
          requestId: request.id,
        }),
      )
      return sendProven(reply, wording, { proven, attempt, again })
    },
  )
}

type Again = (status: number, notice: string) => FastifyReply

async function find(
  { db }: Context,
  request: FastifyRequest,
  language: string | undefined,
): Promise<{ attempt: FoundAttempt | null; wording: Wording }> {
  const { token } = request.params as { token: string }
  const attempt = await findLinkAttempt(db, token)
  return { attempt, wording: wordingOf(language, attempt?.locale ?? languageOf(request)) }
}

function formPage(
  wording: Wording,
  { discordName, avatarUrl }: FoundAttempt,
  form: { token: string; secret: string; username: string; notice: string | null },
): string {
  const { username, notice } = form
  return linkPage(wording, { discordName, avatarUrl, username, notice, formProof: formProofOf(form) })
}

function sendOver(reply: FastifyReply, wording: Wording, attempt: FoundAttempt | null): FastifyReply {
  const { shown, finished, over } = wording.texts
  if (attempt?.state === 'proven') return reply.code(409).send(messagePage(wording, shown))
  if (attempt?.state === 'linked') return reply.code(410).send(messagePage(wording, finished))
  return reply.code(attempt === null ? 404 : 410).send(messagePage(wording, over))
}

function refuse(
  reply: FastifyReply,
  { texts }: Wording,
  refusal: Exclude<SignIn, { kind: 'person' }>,
  again: Again,
): FastifyReply {
  switch (refusal.kind) {
    case 'wrong-password':
      return again(401, texts.refused.password)
    case 'too-many':
      reply.header('retry-after', Math.ceil(refusal.retryAfterS))
      return again(429, texts.refused.tooMany(Math.ceil(refusal.retryAfterS / 60)))
    case 'away':
      reply.header('retry-after', 30)
      return again(503, texts.refused.away)
  }
}

function sendProven(
  reply: FastifyReply,
  wording: Wording,
  { proven, attempt, again }: { proven: Proven; attempt: FoundAttempt; again: Again },
): FastifyReply {
  const { texts } = wording
  switch (proven.kind) {
    case 'proven': {
      const { code, displayName } = proven
      return reply.send(codePage(wording, { code, displayName, discordName: attempt.discordName }))
    }
    case 'unknown-person':
      return again(409, texts.refused.unknown)
    case 'person-linked':
      return reply.code(409).send(messagePage(wording, texts.personLinked))
    case 'account-linked':
      return reply.code(409).send(messagePage(wording, texts.accountLinked))
    case 'not-open':
      return reply.code(410).send(messagePage(wording, texts.over))
  }
}

/** The secret that a GET of this page gave to this browser, if it looks like one. */
function browserSecretOf(request: FastifyRequest): string | null {
  const secret = request.cookies[cookieName]
  return secret !== undefined && /^[\w-]{43}$/.test(secret) ? secret : null
}

function newBrowserSecret(reply: FastifyReply, { settings }: Context): string {
  const secret = randomBytes(32).toString('base64url')
  // Lax, not strict: opening the page again from Discord must find the same secret.
  reply.setCookie(cookieName, secret, {
    path: '/link',
    httpOnly: true,
    sameSite: 'lax',
    secure: settings.url.startsWith('https://'),
    maxAge: 3600,
  })
  return secret
}
