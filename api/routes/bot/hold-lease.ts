import { BotLease } from '../../../domain/contracts/bot.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { holdBotLease } from '../../../domain/store/installation/hold-bot-lease.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** Of several bots one answers in Discord: the one that has the lease. The others ask for it now and then. */
export function holdLeaseRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'PUT',
    url: '/bot/lease',
    schema: {
      operationId: 'holdBotLease',
      summary: 'Be the one bot that answers, from now on or for longer',
      tags: ['bot'],
      body: BotLease,
      response: answers({ 204: Nothing }, 409, 413, 415),
    },
    handler: async (request, reply) => {
      if (!(await holdBotLease(db, request.body)))
        throw new Refusal('CONFLICT', 'Another bot has the lease and answers. Ask again in a moment.', {
          reason: 'LEASE_TAKEN',
        })
      return reply.code(204).send(null)
    },
  })
}
