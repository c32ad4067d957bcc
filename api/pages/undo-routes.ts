import { Type } from 'typebox'
import { findUndoableLink, undoLink } from '../../domain/store/links/undo-link.ts'
import type { Context } from '../context.ts'
import { originOf } from '../plugins/origin-of.ts'
import type { Server } from '../plugins/typed-server.ts'
import { languageOf, messagePage, wordingOf } from './layout.ts'
import { linkWordsFrom } from '../../texts/link-words.ts'
import { undoPage } from './undo-page.ts'

const Address = {
  params: Type.Object({ token: Type.String() }),
  querystring: Type.Object({ lang: Type.Optional(Type.String()) }),
}

/** The way out that the mail about a new link offers. Opening it asks; only the button does it. */
export function undoRoutes(server: Server, { db, settings }: Context): void {
  const words = linkWordsFrom(settings.url)

  server.get('/undo/:token', { schema: { hide: true, ...Address } }, async (request, reply) => {
    const link = await findUndoableLink(db, request.params.token)
    const wording = wordingOf(request.query.lang, link?.locale ?? languageOf(request))
    if (link === null) return reply.code(410).send(messagePage(wording, wording.texts.nothingToUndo))
    return reply.send(undoPage(wording, link))
  })

  server.post('/undo/:token', { schema: { hide: true, ...Address } }, async (request, reply) => {
    const link = await db.transaction((tx) =>
      undoLink(tx, { undoToken: request.params.token, words, ...originOf(request) }),
    )
    const wording = wordingOf(request.query.lang, link?.locale ?? languageOf(request))
    const { undone, nothingToUndo } = wording.texts
    if (link === null) return reply.code(410).send(messagePage(wording, nothingToUndo))
    const text = undone.text[link.method](link.discordName)
    return reply.send(messagePage(wording, { title: undone.title, text }))
  })
}
