import { Type } from 'typebox'
import { Hold, HoldDecision, HoldState } from '../../../domain/contracts/hold.ts'
import { pageOf, PageQuery } from '../../../domain/contracts/page.ts'
import { isUuid } from '../../../domain/rules/uuid.ts'
import { decideHold, holdNotFound } from '../../../domain/store/holds/decide-hold.ts'
import { readHolds } from '../../../domain/store/holds/read-holds.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { pageUntil, readIdCursor } from '../../plugins/cursor.ts'
import { byMember } from '../../plugins/origin-of.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { answerWrite } from '../../plugins/write-once.ts'

export function listHoldsRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'GET',
    url: '/admin/holds',
    schema: {
      operationId: 'listHolds',
      summary: 'What waits for an admin, or did in the last 90 days, newest first',
      tags: ['admin'],
      querystring: Type.Object({
        limit: PageQuery.properties.limit,
        cursor: PageQuery.properties.cursor,
        state: Type.Optional(HoldState),
      }),
      response: answers({ 200: pageOf(Hold) }),
    },
    handler: async (request) => {
      const { limit = 50, cursor, state = null } = request.query
      const after = readIdCursor(cursor)
      return pageUntil(await readHolds(db, { limit, after, state }))
    },
  })
}

export function approveHoldRoute(server: Server, context: Context): void {
  decisionRoute(server, context, {
    decision: 'approve',
    operationId: 'approveHold',
    summary: 'Let everything go on that waits under a hold',
    description:
      'removals: they are queued. people-gone: the links of these people end in the usual time. lists-gone: what waits for these lists fails (LIST_GONE). revision: that of the hold as it was read; 409 HOLD_CHANGED when more has joined it since, with the hold as it is now in details.hold. 409 HOLD_ENDED once it was decided or is over.',
  })
}

export function denyHoldRoute(server: Server, context: Context): void {
  decisionRoute(server, context, {
    decision: 'deny',
    operationId: 'denyHold',
    summary: 'Let nothing of it happen that waits under a hold',
    description:
      'removals: they are cancelled (DENIED). people-gone: the links of these people stay until they come back and go again, or for 90 days. lists-gone: what waits for these lists is cancelled (DENIED). revision, 409 HOLD_CHANGED and HOLD_ENDED as for approve.',
  })
}

function decisionRoute(
  server: Server,
  context: Context,
  operation: { decision: 'approve' | 'deny'; operationId: string; summary: string; description: string },
): void {
  const { decision, operationId, summary, description } = operation
  server.route({
    method: 'POST',
    url: `/admin/holds/:id/${decision}`,
    config: { once: true },
    schema: {
      operationId,
      summary,
      description,
      tags: ['admin'],
      params: Type.Object({ id: Type.String({ description: 'the id of the hold (UUID)' }) }),
      body: HoldDecision,
      response: answers({ 200: Hold }, 404, 409, 413, 415),
    },
    handler: async (request, reply) =>
      answerWrite(context, request, reply, async (tx) => {
        const { id } = request.params
        if (!isUuid(id)) throw holdNotFound()
        const hold = await decideHold(tx, {
          holdId: id.toLowerCase(),
          decision,
          revision: request.body.revision,
          ...byMember(request),
        })
        return { status: 200, location: null, body: hold }
      }),
  })
}
