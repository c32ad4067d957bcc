import { Type } from 'typebox'
import { PageQuery, pageOf } from '../../../domain/contracts/page.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { SyncRun } from '../../../domain/contracts/sync-run.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { readSyncRun, readSyncRuns } from '../../../domain/store/mirror/read-sync-runs.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import type { Server } from '../../plugins/typed-server.ts'

export function listSyncRunsRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/sync/runs',
    schema: {
      operationId: 'listSyncRuns',
      summary: 'Reads of the directory with their reports, newest first; kept for 90 days',
      tags: ['admin'],
      querystring: Type.Pick(PageQuery, ['limit', 'cursor']),
      response: answers({ 200: pageOf(SyncRun) }),
    },
    handler: async (request) => {
      const { limit = 50, cursor } = request.query
      const after = readIdCursor(cursor)
      return pageUntil(await readSyncRuns(db, { limit, after }))
    },
  })
}

export function readSyncRunRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/sync/runs/:id',
    schema: {
      operationId: 'readSyncRun',
      summary: 'A read of the directory: what differed, list by list, and what was done',
      tags: ['admin'],
      params: Type.Object({ id: Type.String({ description: 'the id of the read (UUID)' }) }),
      response: answers({ 200: SyncRun }, 404),
    },
    handler: async ({ params: { id } }) => {
      const run = isUuid(id) ? await readSyncRun(db, id) : null
      if (run === null)
        throw new Refusal('NOT_FOUND', 'There is no such read of the directory, or not any more.', {
          reason: 'SYNC_RUN_NOT_FOUND',
        })
      return run
    },
  })
}
