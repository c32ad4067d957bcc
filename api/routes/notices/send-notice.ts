import { OwnNotice, OwnNoticeRequest } from '../../../domain/contracts/own-notice.ts'
import { webAddress } from '../../../domain/rules/web-address.ts'
import { sendOwnNotice } from '../../../domain/store/topics/send-own-notice.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { bodiesUpTo } from '../../plugins/body-limit.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { invalid } from '../../plugins/validation.ts'
import { withinLimit } from '../../plugins/within-limit.ts'
import { sendAnswer, writeOnce } from '../../plugins/write-once.ts'
import { tellingOf } from '../../telling.ts'

export function sendNoticeRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/notices',
    config: { once: true, bodyTexts: 'lines', documented: { limited: true } },
    // The longest notice, in the widest letters.
    ...bodiesUpTo(256),
    schema: {
      operationId: 'sendNotice',
      summary: 'Show a notice of one’s own in Discord',
      description:
        'By an API token with the scope “notices”; the notice names the token and its owner. 202 with the notice; 200 where nothing was told: nothing of that key is open to be resolved, or the rules for notices have no place for it. At most 60 in ten minutes.',
      tags: ['notices'],
      body: OwnNoticeRequest,
      response: answers({ 200: OwnNotice, 202: OwnNotice }, 409, 413, 415),
    },
    handler: async (request, reply) => {
      const { id: memberId, tokenId } = memberOf(request)
      if (tokenId === null) throw new Error('this route was entered without a token')
      const url = addressIn(request.body)
      const telling = await tellingOf(context)
      const answer = await withinLimit(context.limits.notices, { key: memberId, reply }, (spend) =>
        writeOnce(context, request, async (tx) => {
          await spend()
          const notice = await sendOwnNotice(tx, {
            memberId,
            tokenId,
            request: { ...request.body, ...url },
            telling,
          })
          return notice.id === null
            ? { status: 200, location: null, body: notice }
            : { status: 202, location: `/api/v1/notices/${notice.id}`, body: notice }
        }),
      )
      return sendAnswer(reply, answer)
    },
  })
}

/** The address as it is shown. @throws {Refusal} VALIDATION_ERROR when it is none of the web. */
function addressIn({ url }: OwnNoticeRequest): { url?: string } {
  if (url === undefined) return {}
  const address = webAddress(url)
  if (address === null) throw invalid([{ path: 'body/url', message: 'must be an http or https address' }])
  return { url: address }
}
