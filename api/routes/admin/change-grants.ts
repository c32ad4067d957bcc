import { Type } from 'typebox'
import { changeGrant, type Grant } from '../../../domain/store/members/change-grant.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { byAdmin } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

/** What admins allow members, one by one. */
export function grantRoutes(server: Server, context: Context): void {
  for (const [grant, { allow, take }] of Object.entries(grants) as [Grant, (typeof grants)[Grant]][]) {
    grantRoute(server, context, { grant, method: 'PUT', allowed: true, ...allow })
    grantRoute(server, context, { grant, method: 'DELETE', allowed: false, ...take })
  }
}

const grants = {
  notices: {
    allow: { operationId: 'allowNotices', summary: 'Allow somebody API tokens with the scope “notices”' },
    take: {
      operationId: 'disallowNotices',
      summary: 'Take that back; the tokens that they have lose the scope at once',
    },
  },
  mentions: {
    allow: {
      operationId: 'allowMentions',
      summary: 'Allow somebody’s programs critical notices, which may mention people',
    },
    take: { operationId: 'disallowMentions', summary: 'Take that back' },
  },
} as const satisfies Record<Grant, { allow: Named; take: Named }>

type Named = { operationId: string; summary: string }

function grantRoute(
  server: Server,
  context: Context,
  operation: Named & { grant: Grant; method: 'PUT' | 'DELETE'; allowed: boolean },
): void {
  server.route({
    method: operation.method,
    url: `/admin/members/:uid/${operation.grant}`,
    config: { once: true },
    schema: {
      operationId: operation.operationId,
      summary: operation.summary,
      tags: ['admin'],
      params: Type.Object({
        uid: Type.String({ minLength: 1, maxLength: 255, description: 'the user name' }),
      }),
      response: answers({ 204: Nothing }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        await changeGrant(tx, {
          grant: operation.grant,
          username: request.params.uid,
          allowed: operation.allowed,
          ...byAdmin(request),
        })
        return { status: 204, location: null, body: null }
      }),
  })
}
