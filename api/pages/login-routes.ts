import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Context } from '../context.ts'
import { openBrowserSession } from '../open-browser-session.ts'
import type { Server } from '../plugins/typed-server.ts'
import { comesFromOurForm, formProofOf, noticeOfForeignForm } from './form-proof.ts'
import { formSecretOf, giveFormSecret } from './form-secret.ts'
import { addressIn, wordingFor } from './layout.ts'
import { loginPage, leftPage } from './login-page.ts'
import { refuseSignIn } from './refuse-sign-in.ts'
import { SignInForm } from './sign-in-fields.ts'
import { findVisitor } from './signed-in.ts'

const cookie = { name: 'guildpost_login', path: '/login' }
/** What the form's proof is made for; a link page's is made for its token. */
const token = 'login'

const Address = { querystring: Type.Object({ lang: Type.Optional(Type.String()) }) }

/** The door for browsers: the way in, what is behind it for whoever is in already, and the pages after leaving. */
export function loginRoutes(server: Server, context: Context): void {
  const { settings } = context

  server.get('/', { schema: { hide: true, ...Address } }, async (request, reply) => {
    const isIn = (await findVisitor(context, request)) !== null
    return reply.redirect(addressIn(isIn ? '/account' : '/login', request.query), 303)
  })

  server.get('/login', { schema: { hide: true, ...Address } }, async (request, reply) => {
    if ((await findVisitor(context, request)) !== null)
      return reply.redirect(addressIn('/account', request.query), 303)
    return sendForm(request, reply, { username: '', notice: null })
  })

  server.post('/login', { schema: { hide: true, ...Address, body: SignInForm } }, async (request, reply) => {
    const { form, username = '', password = '' } = request.body
    const again = (status: number, notice: string) =>
      sendForm(request, reply.code(status), { username, notice })
    const wording = wordingFor(request)
    const secret = formSecretOf(request, cookie)
    if (secret === null || !comesFromOurForm(request, { token, secret, form, url: settings.url }))
      return again(403, noticeOfForeignForm(request, settings, wording, wording.texts.refused.form))
    const opened = await openBrowserSession(context, request, reply, { username, password })
    if (opened.kind !== 'signed-in') return refuseSignIn(reply, wording, { refusal: opened, again })
    return reply.redirect(addressIn('/account', request.query), 303)
  })

  server.get('/signed-out', { schema: { hide: true, ...Address } }, async (request, reply) =>
    reply.send(leftPage(wordingFor(request), 'signedOut')),
  )

  server.get('/forgotten', { schema: { hide: true, ...Address } }, async (request, reply) =>
    reply.send(leftPage(wordingFor(request), 'forgotten')),
  )

  function sendForm(
    request: FastifyRequest,
    reply: FastifyReply,
    shown: { username: string; notice: string | null },
  ): FastifyReply {
    const secret = formSecretOf(request, cookie) ?? giveFormSecret(reply, cookie, settings)
    return reply.send(loginPage(wordingFor(request), { ...shown, formProof: formProofOf({ token, secret }) }))
  }
}
