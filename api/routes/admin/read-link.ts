import { Type } from 'typebox'
import { AccountLink } from '../../../domain/contracts/link.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { readAccountLink } from '../../../domain/store/links/read-account-link.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

export const AccountParams = Type.Object({
  account: Type.String({ description: 'the id of a Discord account' }),
})

export function readLinkRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/links/:account',
    schema: {
      operationId: 'readLink',
      summary: 'Whom a Discord account acts for',
      tags: ['admin'],
      params: AccountParams,
      response: answers({ 200: AccountLink }, 404),
    },
    handler: async (request) => {
      const link = await readAccountLink(db, request.params.account)
      if (link === null) throw linkNotFound()
      return link
    },
  })
}

export const linkNotFound = (): Refusal =>
  new Refusal('NOT_FOUND', 'This Discord account is not linked to anybody.', { reason: 'LINK_NOT_FOUND' })
