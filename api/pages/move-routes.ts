import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Refusal } from '../../domain/contracts/refusal.ts'
import { findMove, type Move, moveLink } from '../../domain/store/links/move-link.ts'
import type { Origin } from '../../domain/store/audit/write-audit.ts'
import type { Context } from '../context.ts'
import { originOf } from '../plugins/origin-of.ts'
import type { Server } from '../plugins/typed-server.ts'
import { comesFromOurForm, formProofOf, noticeOfForeignForm } from './form-proof.ts'
import { formSecretOf, giveFormSecret } from './form-secret.ts'
import { languageOf, messagePage, wordingOf } from './layout.ts'
import { linkWordsFrom } from '../../texts/link-words.ts'
import { movePage } from './move-page.ts'

const cookie = { name: 'guildpost_move', path: '/move' }

const Address = {
  params: Type.Object({ token: Type.String() }),
  querystring: Type.Object({ lang: Type.Optional(Type.String()) }),
}

const MoveForm = Type.Object({ form: Type.Optional(Type.String()) })

/** Where the owner of a link says whether it shall move to another account. Opening it asks; only the button does it. */
export function moveRoutes(server: Server, context: Context): void {
  const { db, settings } = context

  server.get('/move/:token', { schema: { hide: true, ...Address } }, async (request, reply) => {
    const { token } = request.params
    const move = await findMove(db, token)
    if (move === null) return sendOver(request, reply)
    return sendQuestion(request, reply, { move, token, notice: null })
  })

  server.post(
    '/move/:token',
    { schema: { hide: true, ...Address, body: MoveForm } },
    async (request, reply) => {
      const { token } = request.params
      const move = await findMove(db, token)
      if (move === null) return sendOver(request, reply)
      const wording = wordingOfMove(request, move)
      const secret = formSecretOf(request, cookie)
      const { form } = request.body
      if (secret === null || !comesFromOurForm(request, { token, secret, form, url: settings.url }))
        return sendQuestion(request, reply.code(403), {
          move,
          token,
          notice: noticeOfForeignForm(request, settings, wording, wording.texts.move.form),
        })
      const moved = await moveOnce(context, { moveToken: token, ...originOf(request) })
      if (moved === null) return sendOver(request, reply)
      const { title, text } = wording.texts.moved
      return reply.send(messagePage(wording, { title, text: text(moved.discordName, moved.wasLinked) }))
    },
  )

  function sendQuestion(
    request: FastifyRequest,
    reply: FastifyReply,
    { move, token, notice }: { move: Move; token: string; notice: string | null },
  ): FastifyReply {
    const secret = formSecretOf(request, cookie) ?? giveFormSecret(reply, cookie, settings)
    const formProof = formProofOf({ token, secret })
    return reply.send(movePage(wordingOfMove(request, move), move, { formProof, notice }))
  }
}

/** Null where somebody was faster, with this question or with another one about the same link. */
async function moveOnce(
  { db, settings }: Context,
  moving: { moveToken: string } & Origin,
): ReturnType<typeof moveLink> {
  try {
    return await db.transaction((tx) => moveLink(tx, { ...moving, words: linkWordsFrom(settings.url) }))
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'MOVE_OVER') return null
    throw error
  }
}

function sendOver(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const wording = wordingOfMove(request, null)
  return reply.code(410).send(messagePage(wording, wording.texts.moveOver))
}

/** In the language of the one who is asked. */
const wordingOfMove = (request: FastifyRequest, move: Move | null) =>
  wordingOf((request.query as { lang?: string }).lang, move?.ownLocale ?? languageOf(request))
