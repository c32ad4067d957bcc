import { SyncRequest, SyncRun } from '../../../domain/contracts/sync-run.ts'
import { queueSyncRun } from '../../../domain/store/mirror/queue-sync-run.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function requestSyncRoute(server: Server, context: Context): void {
  server.route({
    method: 'POST',
    url: '/admin/sync',
    config: { once: true },
    schema: {
      operationId: 'requestSync',
      summary: 'Read the directory now and put the mirror right where it differs',
      description:
        '`incremental` reads what has changed; `full` compares who is on every list as well. `dryRun` writes nothing, and reports what would have been written.',
      tags: ['admin'],
      body: SyncRequest,
      response: answers({ 202: SyncRun }, 409, 413, 415),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const run = await queueSyncRun(tx, {
          ...request.body,
          ...byMember(request),
        })
        return { status: 202, location: `/api/v1/admin/sync/runs/${run.id}`, body: run }
      }),
  })
}
