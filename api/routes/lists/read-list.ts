import { Type } from 'typebox'
import { List, ListName } from '../../../domain/contracts/list.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { readList } from '../../../domain/store/lists/read-lists.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function readListRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/lists/:name',
    schema: {
      operationId: 'readList',
      summary: 'One list',
      tags: ['lists'],
      params: Type.Object({ name: ListName }),
      response: answers({ 200: List }, 404),
    },
    handler: async (request) => {
      const { id, isAdmin, mayManage } = memberOf(request)
      const list = await readList(db, { memberId: id, isAdmin, mayManage }, request.params.name)
      if (list === null)
        throw new Refusal('NOT_FOUND', `There is no list named ${request.params.name}.`, {
          reason: 'LIST_NOT_FOUND',
        })
      return list
    },
  })
}
