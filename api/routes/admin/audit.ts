import { AuditQuery, AuditRecord } from '../../../domain/contracts/audit.ts'
import { pageOf } from '../../../domain/contracts/page.ts'
import { readAudit } from '../../../domain/store/audit/read-audit.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listAuditRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/audit',
    schema: {
      operationId: 'listAudit',
      summary: 'What happened, newest first',
      description: 'Ids only. `position` is null for the second or so until an entry is sealed.',
      tags: ['admin'],
      querystring: AuditQuery,
      response: answers({ 200: pageOf(AuditRecord) }),
    },
    handler: async (request) => {
      const {
        limit = 50,
        cursor,
        event = null,
        actor = null,
        subject,
        from = null,
        to = null,
      } = request.query
      const after = readIdCursor(cursor)
      const page = { limit, after, event, actorId: actor, subject: subjectIn(subject), from, to }
      return pageUntil(await readAudit(db, page))
    },
  })
}

function subjectIn(subject: string | undefined): { kind: string; id: string } | null {
  if (subject === undefined) return null
  const colon = subject.indexOf(':')
  return { kind: subject.slice(0, colon), id: subject.slice(colon + 1) }
}
