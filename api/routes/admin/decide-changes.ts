import type { FastifyRequest } from 'fastify'
import { Change, Denial } from '../../../domain/contracts/change.ts'
import { approveChange, denyChange } from '../../../domain/store/changes/decide-change.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'
import { changeIdOf, ChangeParams } from '../changes/change-params.ts'

export function approveChangeRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/changes/:id/approve',
    config: { once: true },
    schema: {
      operationId: 'approveChange',
      summary: 'Let a change go on that waits for approval',
      description:
        'A removal that the removal limit holds (reason REMOVAL_HELD) is for admins only: 403 ADMINS_ONLY to owners.',
      tags: ['admin'],
      params: ChangeParams,
      response: answers({ 200: Change }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const change = await approveChange(tx, deciding(request, request.params))
        return { status: 200, location: null, body: change }
      }),
  })
}

export function denyChangeRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/changes/:id/deny',
    config: { once: true, documented: { bodyOptional: true } },
    schema: {
      operationId: 'denyChange',
      summary: 'End a change that waits for approval; the reason is told to the member',
      tags: ['admin'],
      params: ChangeParams,
      body: Denial,
      response: answers({ 200: Change }, 404, 409, 413, 415),
    },
    // Without a reason there need be no body.
    preValidation: async (request) => {
      request.body ??= {}
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { reason = null } = request.body
        const change = await denyChange(tx, { ...deciding(request, request.params), reason })
        return { status: 200, location: null, body: change }
      }),
  })
}

function deciding(request: FastifyRequest, params: { id: string }) {
  const { isAdmin: asAdmin } = memberOf(request)
  return { changeId: changeIdOf(params), asAdmin, ...byMember(request) }
}
