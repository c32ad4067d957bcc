import { Type } from 'typebox'
import { OwnNotice } from '../../../domain/contracts/own-notice.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { readOwnNotice } from '../../../domain/store/topics/send-own-notice.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function readNoticeRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/notices/:id',
    schema: {
      operationId: 'readNotice',
      summary: 'One of the notices that the caller’s programs sent, as it is now',
      tags: ['notices'],
      params: Type.Object({ id: Type.String({ description: 'the id of the notice (UUID)' }) }),
      response: answers({ 200: OwnNotice }, 404),
    },
    handler: async (request) => {
      const { id: noticeId } = request.params
      const { id: memberId } = memberOf(request)
      const notice = isUuid(noticeId) ? await readOwnNotice(db, { noticeId, memberId }) : null
      if (notice !== null) return notice
      throw new Refusal('NOT_FOUND', 'You have sent no such notice.', { reason: 'NOTICE_NOT_FOUND' })
    },
  })
}
