import { Type } from 'typebox'
import { ListName, ListSettings, ManagedList } from '../../../domain/contracts/list.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { changeListSettings } from '../../../domain/store/change-list-settings.ts'
import { listNotFound } from '../../../domain/store/lock-list.ts'
import { readManagedList } from '../../../domain/store/read-managed-lists.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { callerOf, type Member, memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function changeList(server: Server, context: Context): void {
  server.route({
    method: 'PATCH',
    url: '/admin/lists/:name',
    config: { once: true },
    schema: {
      summary:
        'Set who may join a list; for admins also who sees it, and what an edit by other tools becomes',
      description:
        'What is left out stays. Requests that wait for approval are still decided one by one, whatever join becomes.',
      tags: ['admin'],
      params: Type.Object({ name: ListName }),
      body: ListSettings,
      response: answers({ 200: ManagedList }, 404, 409, 413, 415),
    },
    handler: async (request, reply) => {
      const member = memberOf(request)
      const { body: settings, params } = request
      requireOwnersFields(member, settings)
      return answerWrite(context, request, reply, async (tx) => {
        const listName = params.name
        const { via } = callerOf(request)
        await changeListSettings(tx, {
          listName,
          settings,
          memberId: member.id,
          via,
          ...originOf(request),
        })
        const list = await readManagedList(tx, { memberId: member.id, isAdmin: member.isAdmin }, listName)
        if (list === null) throw listNotFound(listName)
        return { status: 200, location: null, body: list }
      })
    },
  })
}

/** An owner decides who joins. Who sees a list, and what becomes of other tools' edits, concerns more than its members. */
function requireOwnersFields({ isAdmin }: Member, settings: ListSettings): void {
  const fields = Object.keys(settings).filter((field) => field !== 'join')
  if (isAdmin || fields.length === 0) return
  throw new Refusal('PERMISSION_DENIED', `Only admins set ${fields.join(' and ')}; an owner sets join.`, {
    reason: 'FIELD_ADMINS_ONLY',
    details: { fields },
  })
}
