import { Change, ManagedChangeQuery } from '../../../domain/contracts/change.ts'
import { pageOf } from '../../../domain/contracts/page.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { readManagedChanges } from '../../../domain/store/changes/read-managed-changes.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { brokenCursor, cursorAfter, readCursor } from '../../plugins/cursor.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listChangesRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/changes',
    schema: {
      summary: 'Changes, newest first: those of an owner’s lists, for an admin all',
      tags: ['admin'],
      querystring: ManagedChangeQuery,
      response: answers({ 200: pageOf(Change) }),
    },
    handler: async (request) => {
      const { id: memberId, isAdmin } = memberOf(request)
      const { limit = 50, cursor, state = null, list: listName = null } = request.query
      const after = readCursor(cursor)
      if (after !== null && !isUuid(after)) throw brokenCursor()
      const page = { limit, after, state, listName }
      const { items, next } = await readManagedChanges(db, { memberId, isAdmin }, page)
      return { items, nextCursor: next === null ? null : cursorAfter(next) }
    },
  })
}
