import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ListName } from '../../../domain/contracts/list.ts'
import { addListOwner, type OwnerChange } from '../../../domain/store/lists/add-list-owner.ts'
import { removeListOwner } from '../../../domain/store/lists/remove-list-owner.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import { byAdmin } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

const OwnerParams = Type.Object({
  name: ListName,
  uid: Type.String({ minLength: 1, maxLength: 255, description: 'the user name' }),
})

export function addOwnerRoute(server: Server, context: Context): void {
  server.route({
    method: 'PUT',
    url: '/admin/lists/:name/owners/:uid',
    config: { once: true },
    schema: {
      operationId: 'addOwner',
      summary: 'Make somebody an owner of a list, beside those whom the directory names',
      tags: ['admin'],
      params: OwnerParams,
      response: answers({ 204: Nothing }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        await addListOwner(tx, ownerChange(request, request.params))
        return { status: 204, location: null, body: null }
      }),
  })
}

export function removeOwnerRoute(server: Server, context: Context): void {
  server.route({
    method: 'DELETE',
    url: '/admin/lists/:name/owners/:uid',
    config: { once: true },
    schema: {
      operationId: 'removeOwner',
      summary: 'Take back that somebody is an owner of a list',
      description: '409 for whom the directory names as an owner: they are taken off there.',
      tags: ['admin'],
      params: OwnerParams,
      response: answers({ 204: Nothing }, 404, 409),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const refusal = await removeListOwner(tx, ownerChange(request, request.params))
        return refusal ?? { status: 204, location: null, body: null }
      }),
  })
}

function ownerChange(request: FastifyRequest, { name, uid }: { name: string; uid: string }): OwnerChange {
  return { listName: name, username: uid, ...byAdmin(request) }
}
