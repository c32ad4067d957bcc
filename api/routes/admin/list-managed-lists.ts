import { Type } from 'typebox'
import { ManagedList } from '../../../domain/contracts/list.ts'
import { pageOf, PageQuery } from '../../../domain/contracts/page.ts'
import { readManagedLists } from '../../../domain/store/lists/read-managed-lists.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { pageUntil, readCursor } from '../../plugins/cursor.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listManagedListsRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/lists',
    schema: {
      operationId: 'listManagedLists',
      summary: 'The lists that the caller may manage, by name: an owner’s own, for an admin all',
      tags: ['admin'],
      querystring: Type.Object({
        ...PageQuery.properties,
        managed: Type.Optional(
          Type.Enum(['true', 'false'], {
            default: 'true',
            description: 'false: for admins, those that are not managed here',
          }),
        ),
      }),
      response: answers({ 200: pageOf(ManagedList) }),
    },
    handler: async (request) => {
      const { id: memberId, isAdmin } = memberOf(request)
      const { limit = 50, cursor, q = '', managed } = request.query
      const page = { limit, q, managed: managed !== 'false', after: readCursor(cursor) }
      return pageUntil(await readManagedLists(db, { memberId, isAdmin }, page))
    },
  })
}
