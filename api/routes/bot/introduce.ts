import { BotIntroduction } from '../../../domain/contracts/bot.ts'
import { MixedEnvironments } from '../../../domain/contracts/mixed-environments.ts'
import { Refusal } from '../../../domain/contracts/refusal.ts'
import { checkInstallation } from '../../../domain/store/installation/check-installation.ts'
import { writeLocale } from '../../../domain/store/installation/write-locale.ts'
import type { Context } from '../../context.ts'
import { answers, Nothing } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** The bot has no database: it asks here whether it belongs to this installation, and says what it sees of its server. */
export function introduceBotRoute(server: Server, { db }: Context): void {
  server.route({
    method: 'POST',
    url: '/bot',
    schema: {
      operationId: 'introduceBot',
      summary: 'Whether the bot that calls belongs to this installation',
      tags: ['bot'],
      body: BotIntroduction,
      response: answers({ 204: Nothing }, 409, 413, 415),
    },
    handler: async (request, reply) => {
      const { locale, ...belonging } = request.body
      try {
        await checkInstallation(db, belonging)
      } catch (error) {
        if (!(error instanceof MixedEnvironments)) throw error
        throw new Refusal('CONFLICT', error.problems.join(' '), { reason: 'OTHER_INSTALLATION' })
      }
      if (locale !== undefined) await writeLocale(db, locale)
      return reply.code(204).send(null)
    },
  })
}
