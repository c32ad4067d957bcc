import { Type } from 'typebox'
import { Change, type ChangeAction } from '../../../domain/contracts/change.ts'
import { ListName } from '../../../domain/contracts/list.ts'
import { requestChanges } from '../../../domain/store/changes/request-changes.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf, memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { withinLimit } from '../../plugins/within-limit.ts'
import { sendAnswer, writeOnce } from '../../plugins/write-once.ts'
import { answerOfChange } from '../changes/answer-of-change.ts'

export function subscribeRoute(server: Server, context: Context): void {
  subscriptionRoute(server, context, {
    method: 'PUT',
    action: 'subscribe',
    operationId: 'subscribe',
    summary: 'Be on this list',
  })
}

export function unsubscribeRoute(server: Server, context: Context): void {
  subscriptionRoute(server, context, {
    method: 'DELETE',
    action: 'unsubscribe',
    operationId: 'unsubscribe',
    summary: 'Be off this list',
  })
}

function subscriptionRoute(
  server: Server,
  context: Context,
  operation: { method: 'PUT' | 'DELETE'; action: ChangeAction; operationId: string; summary: string },
): void {
  server.route({
    method: operation.method,
    url: '/user/subscriptions/:name',
    config: { once: true, documented: { limited: true, standing: true } },
    schema: {
      operationId: operation.operationId,
      summary: operation.summary,
      description: '202 with the new change, or 200 with what stands already.',
      tags: ['subscriptions'],
      params: Type.Object({ name: ListName }),
      response: answers({ 200: Change, 202: Change }, 404, 409, 429),
    },
    handler: async (request, reply) => {
      const member = memberOf(request)
      const answer = await withinLimit(context.limits.changes, { key: member.id, reply }, (spend) =>
        writeOnce(context, request, async (tx) => {
          const [requested] = await requestChanges(tx, {
            member,
            requestedBy: member,
            via: callerOf(request).via,
            ...originOf(request),
            wishes: [{ listName: request.params.name, action: operation.action }],
            seesHidden: member.isAdmin,
            mayManage: member.mayManage,
            mirrorMaxAgeS: context.settings.mirrorMaxAgeS,
            removalLimit: context.settings.removalLimit,
            spend,
          })
          if (!requested) throw new Error('a wish was not answered')
          return answerOfChange(requested)
        }),
      )
      return sendAnswer(reply, answer)
    },
  })
}
