import { Type } from 'typebox'
import { OwnData } from '../../../domain/contracts/own-data.ts'
import { exportMember } from '../../../domain/store/members/export-member.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import { originOf } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function exportOwnDataRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/user/export',
    // It would read all of it, for nothing.
    exposeHeadRoute: false,
    config: { documented: { answerHeaders: { 'Content-Disposition': Type.String() } } },
    schema: {
      operationId: 'exportOwnData',
      summary: 'Everything that is held about the caller, as a file',
      tags: ['user'],
      response: answers({ 200: OwnData }),
    },
    handler: async (request, reply) => {
      const { id: memberId, uid } = memberOf(request)
      const data = await exportMember(db, { memberId, via: 'web', ...originOf(request) })
      reply.header('content-disposition', `attachment; filename="${fileNameOf(uid)}"`)
      return data
    },
  })
}

/** Only what every system takes as it is. */
const fileNameOf = (uid: string): string => `guildpost-${uid.replaceAll(/[^\w.-]/g, '_')}.json`
