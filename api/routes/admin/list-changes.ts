import { Change, ManagedChangeQuery } from '../../../domain/contracts/change.ts'
import { pageOf } from '../../../domain/contracts/page.ts'
import { readManagedChanges } from '../../../domain/store/changes/read-managed-changes.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listChangesRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/changes',
    schema: {
      operationId: 'listChanges',
      summary: 'Changes, newest first: those of an owner’s lists, for an admin all',
      tags: ['admin'],
      querystring: ManagedChangeQuery,
      response: answers({ 200: pageOf(Change) }),
    },
    handler: async (request) => {
      const { id: memberId, isAdmin } = memberOf(request)
      const { limit = 50, cursor, state = null, list: listName = null } = request.query
      const after = readIdCursor(cursor)
      const page = { limit, after, state, listName }
      return pageUntil(await readManagedChanges(db, { memberId, isAdmin }, page))
    },
  })
}
