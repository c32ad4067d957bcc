import { Type } from 'typebox'
import { ListName, ManagedList } from '../../../domain/contracts/list.ts'
import { deleteList } from '../../../domain/store/lists/delete-list.ts'
import { listNotFound } from '../../../domain/store/lists/lock-list.ts'
import { readManagedList } from '../../../domain/store/lists/read-managed-lists.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function deleteListRoute(server: Server, context: Context): void {
  server.route({
    method: 'DELETE',
    url: '/admin/lists/:name',
    config: { once: true },
    schema: {
      operationId: 'deleteList',
      summary: 'Delete a list, and its entry in the directory',
      description:
        '202 with the list, deleting until a worker has deleted its entry. Nothing new is taken in about it (409 LIST_DELETING); what waits ends as failed with it. It is an admin’s word about everybody who is on it: the removal limit does not hold it.',
      tags: ['admin'],
      params: Type.Object({ name: ListName }),
      response: answers({ 202: ManagedList }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { id: memberId, isAdmin } = memberOf(request)
        const { name: listName } = request.params
        const found = await readManagedList(tx, { memberId, isAdmin }, listName)
        if (found === null) throw listNotFound(listName)
        await deleteList(tx, { listName, ...byMember(request) })
        // Null for one that nobody had begun to make, which is gone at once. What would have been written before is not what would be now.
        const { wouldWrite: _before, ...list } = found
        const now = await readManagedList(tx, { memberId, isAdmin }, listName)
        return {
          status: 202,
          location: `/api/v1/lists/${encodeURIComponent(list.name)}`,
          body: { ...(now ?? list), state: 'deleting' },
        }
      }),
  })
}
