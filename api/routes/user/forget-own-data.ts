import { forgetMember } from '../../../domain/store/members/forget-member.ts'
import type { Context } from '../../context.ts'
import { linkWordsFrom } from '../../../texts/link-words.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { callerOf, memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import { clearSessionCookies, sessionCookiesHeader } from '../../plugins/session-cookie.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { sendAnswer, writeOnce } from '../../plugins/write-once.ts'

/** Who asks is unknown afterwards, whichever door they came by, so the same call again is refused as anybody's would be. */
export function forgetOwnDataRoute(server: Server, context: Context): void {
  const words = linkWordsFrom(context.settings.url)
  server.route({
    method: 'DELETE',
    url: '/user/data',
    config: { once: true, documented: { answerHeaders: sessionCookiesHeader } },
    schema: {
      operationId: 'forgetOwnData',
      summary: 'Delete everything that is held about the caller and is not the directory’s own',
      description:
        'Ends the link, every session and every token. 409 while a change is on its way. By the bot not with a link that was made by mail or imported. docs/privacy.md says what stays.',
      tags: ['user'],
      response: answers({ 204: Nothing }, 409),
    },
    handler: async (request, reply) => {
      const { door } = callerOf(request)
      const { id: memberId } = memberOf(request)
      const via = door === 'session' ? 'web' : 'discord'
      const answer = await writeOnce(context, request, async (tx) => {
        await forgetMember(tx, { memberId, via, words, ...originOf(request) })
        return { status: 204, location: null, body: null }
      })
      if (via === 'web') clearSessionCookies(reply, context.settings)
      return sendAnswer(reply, answer)
    },
  })
}
