import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { bindBrowser } from '../../domain/store/links/bind-browser.ts'
import { findLinkAttempt, type FoundAttempt } from '../../domain/store/links/find-link-attempt.ts'
import { proveLink, type Proven } from '../../domain/store/links/prove-link.ts'
import type { Context } from '../context.ts'
import { originOf } from '../plugins/origin-of.ts'
import type { Server } from '../plugins/typed-server.ts'
import { signIn } from '../sign-in.ts'
import { codePage } from './code-page.ts'
import { comesFromOurForm, formProofOf, noticeOfForeignForm } from './form-proof.ts'
import { formSecretOf, giveFormSecret } from './form-secret.ts'
import { languageOf, messagePage, type Wording, wordingOf } from './layout.ts'
import { linkPage } from './link-page.ts'
import { refuseSignIn } from './refuse-sign-in.ts'
import { SignInForm } from './sign-in-fields.ts'

const cookie = { name: 'guildpost_link', path: '/link' }

const Address = {
  params: Type.Object({ token: Type.String() }),
  querystring: Type.Object({ lang: Type.Optional(Type.String()) }),
}

/** The page where a person proves who they are. Opening it consumes nothing; a code is made only by a right password. */
export function linkRoutes(server: Server, context: Context): void {
  server.get('/link/:token', { schema: { hide: true, ...Address } }, async (request, reply) => {
    const { token } = request.params
    const { attempt, wording } = await find(context, request, request.query.lang)
    if (attempt?.state !== 'open') return sendOver(reply, wording, attempt)
    const secret = formSecretOf(request, cookie) ?? giveFormSecret(reply, cookie, context.settings)
    return reply.send(formPage(wording, attempt, { token, secret, username: '', notice: null }))
  })

  server.post(
    '/link/:token',
    { schema: { hide: true, ...Address, body: SignInForm } },
    async (request, reply) => {
      const { token } = request.params
      const { attempt, wording } = await find(context, request, request.query.lang)
      // A form that was sent twice at once finds the code made by the first: the page that stays gets one that works.
      if (attempt?.state !== 'open' && attempt?.state !== 'proven') return sendOver(reply, wording, attempt)
      const { form, username = '', password = '' } = request.body
      const secret = formSecretOf(request, cookie)
      const again = (status: number, notice: string) => {
        const kept = secret ?? giveFormSecret(reply, cookie, context.settings)
        return reply.code(status).send(formPage(wording, attempt, { token, secret: kept, username, notice }))
      }
      const { refused } = wording.texts
      if (secret === null || !comesFromOurForm(request, { token, secret, form, url: context.settings.url }))
        return attempt.state === 'open'
          ? again(403, noticeOfForeignForm(request, context.settings, wording, refused.form))
          : sendOver(reply, wording, attempt)
      // A form that was sent too early binds no browser.
      if (username.trim() === '' || password.trim() === '') return again(400, refused.empty)
      const bound = await context.db.transaction((tx) =>
        bindBrowser(tx, { attemptId: attempt.id, browserSecret: secret, ...originOf(request) }),
      )
      if (!bound) return reply.code(403).send(messagePage(wording, wording.texts.elsewhere))
      const signedIn = await signIn(context, {
        username,
        password,
        address: request.ip,
        attemptId: attempt.id,
        requestId: request.id,
        log: request.log,
      })
      if (signedIn.kind !== 'person') return refuseSignIn(reply, wording, { refusal: signedIn, again })
      const proven = await context.db.transaction((tx) =>
        proveLink(tx, {
          attemptId: attempt.id,
          browserSecret: secret,
          entryUuid: signedIn.person.entryUuid,
          ...originOf(request),
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
  const { shown, moving, finished, over } = wording.texts
  if (attempt?.state === 'proven') return reply.code(409).send(messagePage(wording, shown))
  if (attempt?.state === 'moving') return reply.code(409).send(messagePage(wording, moving))
  if (attempt?.state === 'linked') return reply.code(410).send(messagePage(wording, finished))
  return reply.code(attempt === null ? 404 : 410).send(messagePage(wording, over))
}

function sendProven(
  reply: FastifyReply,
  wording: Wording,
  { proven, attempt, again }: { proven: Proven; attempt: FoundAttempt; again: Again },
): FastifyReply {
  const { texts } = wording
  switch (proven.kind) {
    case 'proven': {
      const { code, displayName, isLinked } = proven
      return reply.send(codePage(wording, { code, displayName, isLinked, discordName: attempt.discordName }))
    }
    case 'unknown-person':
      return again(409, texts.refused.unknown)
    case 'account-linked':
      return reply.code(409).send(messagePage(wording, texts.accountLinked))
    case 'not-open':
      return reply.code(410).send(messagePage(wording, texts.over))
  }
}
