import { Type } from 'typebox'
import { ListMember, ListName } from '../../../domain/contracts/list.ts'
import { pageOf, PageQuery } from '../../../domain/contracts/page.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { type MemberPlace, readListMembers } from '../../../domain/store/lists/read-list-members.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { brokenCursor, cursorAfter, readCursor } from '../../plugins/cursor.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listMembersRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/lists/:name/members',
    schema: {
      operationId: 'listMembers',
      summary: 'Who is on a list, by user name',
      tags: ['admin'],
      params: Type.Object({ name: ListName }),
      querystring: PageQuery,
      response: answers({ 200: pageOf(ListMember) }, 404),
    },
    handler: async (request) => {
      const { limit = 50, cursor, q = '' } = request.query
      const page = { limit, q, after: placeIn(readCursor(cursor)) }
      const { items, next } = await readListMembers(db, request.params.name, page)
      return { items, nextCursor: next === null ? null : cursorAfter(`${next.id} ${next.uid}`) }
    },
  })
}

/** @throws {Refusal} VALIDATION_ERROR for a cursor of something else. */
function placeIn(last: string | null): MemberPlace | null {
  if (last === null) return null
  const [id = '', ...uid] = last.split(' ')
  if (!isUuid(id)) throw brokenCursor()
  return { id, uid: uid.join(' ') }
}
