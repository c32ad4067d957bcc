import { Type } from 'typebox'
import { allowMentions } from '../../../domain/store/allow-mentions.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { callerOf, memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function grantMentions(server: Server, context: Context): void {
  changeGrant(server, context, {
    method: 'PUT',
    allowed: true,
    summary: 'Allow somebody’s programs critical notices, which may mention people',
  })
}

export function takeMentions(server: Server, context: Context): void {
  changeGrant(server, context, {
    method: 'DELETE',
    allowed: false,
    summary: 'Take that back',
  })
}

function changeGrant(
  server: Server,
  context: Context,
  operation: { method: 'PUT' | 'DELETE'; allowed: boolean; summary: string },
): void {
  server.route({
    method: operation.method,
    url: '/admin/members/:uid/mentions',
    config: { once: true },
    schema: {
      summary: operation.summary,
      tags: ['admin'],
      params: Type.Object({
        uid: Type.String({ minLength: 1, maxLength: 255, description: 'the user name' }),
      }),
      response: answers({ 204: Nothing }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        await allowMentions(tx, {
          username: request.params.uid,
          allowed: operation.allowed,
          adminId: memberOf(request).id,
          via: callerOf(request).via,
          ...originOf(request),
        })
        return { status: 204, location: null, body: null }
      }),
  })
}
