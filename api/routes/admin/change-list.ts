import { Type } from 'typebox'
import { ListName, ListSettings, ManagedList } from '../../../domain/contracts/list.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { changeListSettings } from '../../../domain/store/lists/change-list-settings.ts'
import { listNotFound } from '../../../domain/store/lists/lock-list.ts'
import { readManagedList } from '../../../domain/store/lists/read-managed-lists.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { type Member, memberOf } from '../../plugins/authenticate.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function changeListRoute(server: Server, context: Context): void {
  server.route({
    method: 'PATCH',
    url: '/admin/lists/:name',
    config: { once: true },
    schema: {
      operationId: 'changeList',
      summary:
        'Set who may join a list, and its description; for admins also its name, who sees it, what an edit by other tools becomes',
      description:
        'What is left out stays. Requests that wait for approval are still decided one by one, whatever join becomes. A name or a description is shown at once, and a worker writes it to the directory. managed false (admins): the list is left alone, nobody sees it and what waits for it is cancelled, until managed true takes it back.',
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
        const name = await changeListSettings(tx, {
          listName,
          settings,
          isAdmin: member.isAdmin,
          holdsDescription: context.settings.listsHoldDescription,
          ...byMember(request),
        })
        const list = await readManagedList(tx, { memberId: member.id, isAdmin: member.isAdmin }, name)
        if (list === null) throw listNotFound(name)
        return { status: 200, location: null, body: list }
      })
    },
  })
}

/** An owner decides who joins, and says what the list is for. The rest concerns more than its members. */
const ownersFields: readonly string[] = ['join', 'description'] satisfies (keyof ListSettings)[]

function requireOwnersFields({ isAdmin }: Member, settings: ListSettings): void {
  const fields = Object.keys(settings).filter((field) => !ownersFields.includes(field))
  if (isAdmin || fields.length === 0) return
  const message = `Only admins set ${fields.join(' and ')}; an owner sets ${ownersFields.join(' and ')}.`
  throw new Refusal('PERMISSION_DENIED', message, {
    reason: 'FIELD_ADMINS_ONLY',
    details: { fields },
  })
}
