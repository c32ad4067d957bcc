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
    grantRoute(server, context, { grant, method: 'PUT', allowed: true, summary: allow })
    grantRoute(server, context, { grant, method: 'DELETE', allowed: false, summary: take })
  }
}

const grants = {
  notices: {
    allow: 'Allow somebody API tokens with the scope “notices”',
    take: 'Take that back; the tokens that they have lose the scope at once',
  },
  mentions: {
    allow: 'Allow somebody’s programs critical notices, which may mention people',
    take: 'Take that back',
  },
} as const satisfies Record<Grant, { allow: string; take: string }>

function grantRoute(
  server: Server,
  context: Context,
  operation: { grant: Grant; method: 'PUT' | 'DELETE'; allowed: boolean; summary: string },
): void {
  server.route({
    method: operation.method,
    url: `/admin/members/:uid/${operation.grant}`,
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
