import { Notifications, NotificationWish } from '../../../domain/contracts/notification.ts'
import { changeNotifications } from '../../../domain/store/change-notifications.ts'
import { readNotifications } from '../../../domain/store/read-notifications.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf, memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

const description =
  'By direct message, or by mail. What happens to the link of the account is always told, and so is the answer to a command that could not be shown.'

export function readOwnNotifications(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/user/notifications',
    schema: {
      summary: 'What the caller is told of, kind by kind',
      description,
      tags: ['user'],
      response: answers({ 200: Notifications }),
    },
    handler: async (request) => ({ items: await readNotifications(db, memberOf(request).id) }),
  })
}

export function changeOwnNotifications(server: Server, context: Context): void {
  server.route({
    method: 'PATCH',
    url: '/user/notifications',
    config: { once: true },
    schema: {
      summary: 'Say for some kinds whether to be told of them',
      description,
      tags: ['user'],
      body: NotificationWish,
      response: answers({ 200: Notifications }, 409, 413, 415),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const items = await changeNotifications(tx, {
          memberId: memberOf(request).id,
          wish: request.body,
          via: callerOf(request).via,
          ...originOf(request),
        })
        return { status: 200, location: null, body: { items } }
      }),
  })
}
