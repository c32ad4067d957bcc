import { ManagedList, NewList } from '../../../domain/contracts/list.ts'
import { createList } from '../../../domain/store/lists/create-list.ts'
import { readManagedList } from '../../../domain/store/lists/read-managed-lists.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function createListRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/lists',
    config: { once: true },
    schema: {
      operationId: 'createList',
      summary: 'Create a list as an entry of the directory',
      description:
        '202 with the list, creating until a worker has made its entry; changes may be asked for meanwhile, and wait behind it. Without join it is closed: its owners and admins decide who is on it.',
      tags: ['admin'],
      body: NewList,
      response: answers({ 202: ManagedList }, 409, 413, 415),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { id: memberId, isAdmin } = memberOf(request)
        const { name } = request.body
        await createList(tx, { list: request.body, ...byMember(request) })
        const list = await readManagedList(tx, { memberId, isAdmin }, name)
        if (list === null) throw new Error(`the list ${name} vanished inside its own transaction`)
        return { status: 202, location: `/api/v1/lists/${name}`, body: list }
      }),
  })
}
