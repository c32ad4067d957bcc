import { Type } from 'typebox'
import { Change, type ChangeAction } from '../../../domain/contracts/change.ts'
import { ListName } from '../../../domain/contracts/list.ts'
import { changeListMember } from '../../../domain/store/changes/change-list-member.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf, memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { answerOfChange } from '../changes/answer-of-change.ts'

export function addMemberRoute(server: Server, context: Context): void {
  memberRoute(server, context, {
    method: 'PUT',
    action: 'subscribe',
    operationId: 'addMember',
    summary: 'Put somebody on a list, whoever may join it',
    description:
      '202 with the new change, or 200 with what stands already. Who has asked for it and waits for approval is approved by it.',
  })
}

export function removeMemberRoute(server: Server, context: Context): void {
  memberRoute(server, context, {
    method: 'DELETE',
    action: 'unsubscribe',
    operationId: 'removeMember',
    summary: 'Take somebody off a list',
    description:
      '202 with the new change, or 200 with what stands already. Who is not on it, and has asked to be and waits for approval, is turned down by it: 200 with that change, cancelled (DENIED). Beyond the removal limit the change waits for an admin (awaiting_approval, reason REMOVAL_HELD).',
  })
}

function memberRoute(
  server: Server,
  context: Context,
  operation: {
    method: 'PUT' | 'DELETE'
    action: ChangeAction
    operationId: string
    summary: string
    description: string
  },
): void {
  const { method, action, operationId, summary, description } = operation
  server.route({
    method,
    url: '/admin/lists/:name/members/:uid',
    config: { once: true, documented: { standing: true } },
    schema: {
      operationId,
      summary,
      description: `${description} It counts against nobody’s limit of requests.`,
      tags: ['admin'],
      params: Type.Object({
        name: ListName,
        uid: Type.String({
          minLength: 1,
          maxLength: 255,
          description: 'the user name, or @ and the id of the Discord account that is linked to them',
        }),
      }),
      response: answers({ 200: Change, 202: Change }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { removalLimit, mirrorMaxAgeS } = context.settings
        const changed = await changeListMember(tx, {
          listName: request.params.name,
          who: request.params.uid,
          action,
          managerId: memberOf(request).id,
          managerIsAdmin: memberOf(request).isAdmin,
          via: callerOf(request).via,
          ...originOf(request),
          removalLimit,
          mirrorMaxAgeS,
        })
        return answerOfChange(changed)
      }),
  })
}
