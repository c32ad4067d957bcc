import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { Change } from '../../../domain/contracts/change.ts'
import { hasEnded } from '../../../domain/rules/change-states.ts'
import { changeNotFound } from '../../../domain/store/changes/cancel-change.ts'
import { type ChangeReader, readChangeOf } from '../../../domain/store/changes/read-change.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import { memberOf } from '../../plugins/authenticate.ts'
import type { Server } from '../../plugins/typed-server.ts'
import { whenLeft } from '../../plugins/when-left.ts'
import { changeIdOf, ChangeParams } from './change-params.ts'

/**
 * A change; with `wait`, as soon as it has ended (or, while nothing is written, once it shows what would be), or is found to need an
 * admin's yes. Whom it is about and who asked for it may see it, and who manages the list.
 */
export function readChangeRoute(server: Server, context: Context): void {
  server.route({
    method: 'GET',
    url: '/changes/:id',
    schema: {
      operationId: 'readChange',
      summary: 'A change; with wait, as soon as it has ended, or turns out to need an admin’s yes',
      tags: ['changes'],
      params: ChangeParams,
      querystring: Type.Object({
        wait: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 25,
            default: 0,
            description: 'how many seconds to wait at most',
          }),
        ),
      }),
      response: answers({ 200: Change }, 404),
    },
    handler: async (request, reply) => {
      const { id: memberId, isAdmin, mayManage } = memberOf(request)
      const wanted = { changeId: changeIdOf(request.params), memberId, isAdmin, mayManage }
      return waitForChange(context, reply, { ...wanted, waitMs: (request.query.wait ?? 0) * 1000 })
    },
  })
}

type Wanted = ChangeReader & { waitMs: number }

async function waitForChange(context: Context, reply: FastifyReply, wanted: Wanted): Promise<Change> {
  const { db, changeWaiters } = context
  const waiter = changeWaiters.register(wanted.changeId, wanted.waitMs)
  whenLeft(reply, () => waiter.release())
  try {
    for (let before: Change | null = null; ;) {
      // Asked before reading: what is read after the end of waiting is what was there at the end.
      const late = waiter.isOver()
      const change = await readChangeOf(db, wanted)
      if (change === null) throw changeNotFound()
      if (late || hasEnded(change.state) || change.wouldWrite !== undefined) return change
      if (before !== null && before.state !== change.state && change.state === 'awaiting_approval')
        return change
      before = change
      await waiter.next()
    }
  } finally {
    waiter.release()
  }
}
