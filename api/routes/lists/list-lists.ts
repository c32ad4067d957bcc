import { List } from '../../../domain/contracts/list.ts'
import { pageOf, PageQuery } from '../../../domain/contracts/page.ts'
import { readLists } from '../../../domain/store/lists/read-lists.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { pageUntil, readCursor } from '../../plugins/cursor.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listListsRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/lists',
    schema: {
      operationId: 'listLists',
      summary: 'The lists that the caller may see, by name',
      tags: ['lists'],
      querystring: PageQuery,
      response: answers({ 200: pageOf(List) }),
    },
    handler: async (request) => {
      const { id, isAdmin, mayManage } = memberOf(request)
      const { limit = 50, cursor, q = '' } = request.query
      return pageUntil(
        await readLists(db, { memberId: id, isAdmin, mayManage }, { limit, q, after: readCursor(cursor) }),
      )
    },
  })
}
