import { Type } from 'typebox'
import {
  Notification,
  notificationKinds,
  Notifications,
  NotificationWish,
} from '../../../domain/contracts/notification.ts'
import { pageOf, PageQuery } from '../../../domain/contracts/page.ts'
import { changeNotifications } from '../../../domain/store/members/change-notifications.ts'
import { readNotifications } from '../../../domain/store/members/read-notifications.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { brokenCursor, cursorAfter, readCursor } from '../../plugins/cursor.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

const description =
  'By direct message, or by mail. What happens to the link of the account is always told, and so is the answer to a command that could not be shown.'

export function readOwnNotificationsRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/user/notifications',
    schema: {
      operationId: 'readOwnNotifications',
      summary: 'What the caller is told of, kind by kind',
      description,
      tags: ['user'],
      querystring: Type.Pick(PageQuery, ['limit', 'cursor']),
      response: answers({ 200: pageOf(Notification) }),
    },
    handler: async (request) => {
      const { limit = 50, cursor } = request.query
      const begin = placeAfter(readCursor(cursor))
      const kinds = await readNotifications(db, memberOf(request).id)
      const items = kinds.slice(begin, begin + limit)
      const last = kinds.length > begin + limit ? items.at(-1) : undefined
      return { items, nextCursor: last === undefined ? null : cursorAfter(last.kind) }
    },
  })
}

/** @throws {Refusal} VALIDATION_ERROR for a cursor of something else. */
function placeAfter(last: string | null): number {
  if (last === null) return 0
  const place = notificationKinds.findIndex((kind) => kind === last)
  if (place < 0) throw brokenCursor()
  return place + 1
}

export function changeOwnNotificationsRoute(server: Server, context: Context): void {
  server.route({
    method: 'PATCH',
    url: '/user/notifications',
    config: { once: true },
    schema: {
      operationId: 'changeOwnNotifications',
      summary: 'Say for some kinds whether to be told of them',
      description,
      tags: ['user'],
      body: NotificationWish,
      response: answers({ 200: Notifications }, 409, 413, 415),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const items = await changeNotifications(tx, {
          wish: request.body,
          ...byMember(request),
        })
        return { status: 200, location: null, body: { items } }
      }),
  })
}
