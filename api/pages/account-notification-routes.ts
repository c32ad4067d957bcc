import { Type } from 'typebox'
import { NotificationKind, notificationKinds } from '../../domain/contracts/notification.ts'
import { changeNotifications } from '../../domain/store/members/change-notifications.ts'
import type { Context } from '../context.ts'
import { originOf } from '../plugins/origin-of.ts'
import type { Server } from '../plugins/typed-server.ts'
import { addressIn } from './layout.ts'
import { visitorOf } from './signed-in.ts'

/** Forms send one box as a text, several as a list, and none not at all. */
const Boxes = Type.Object({
  kinds: Type.Optional(Type.Union([NotificationKind, Type.Array(NotificationKind)])),
})

/** Takes the form as a whole: a box without a tick is a kind that the member does not want. */
export function notificationRoutes(server: Server, { db }: Context): void {
  server.post(
    '/account/notifications',
    {
      schema: {
        hide: true,
        querystring: Type.Object({ lang: Type.Optional(Type.String()) }),
        body: Boxes,
      },
      config: { operation: 'PATCH /api/v1/user/notifications' },
    },
    async (request, reply) => {
      const { memberId } = visitorOf(request)
      const ticked = new Set([request.body.kinds ?? []].flat())
      const wish = Object.fromEntries(notificationKinds.map((kind) => [kind, ticked.has(kind)]))
      await db.transaction((tx) =>
        changeNotifications(tx, { memberId, wish, via: 'web', ...originOf(request) }),
      )
      const { lang } = request.query
      return reply.redirect(addressIn('/account', { lang, done: 'notifications' }), 303)
    },
  )
}
