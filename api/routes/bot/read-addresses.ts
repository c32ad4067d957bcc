import { BotAddresses } from '../../../domain/contracts/bot.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../plugins/answers.ts'
import type { Server } from '../../plugins/typed-server.ts'

/** The bot may reach the API by an address that is nobody else's, so it asks for the one that it can show. */
export function readAddressesRoute(server: Server, { settings }: Context): void {
  server.route({
    method: 'GET',
    url: '/bot',
    schema: {
      operationId: 'readBotAddresses',
      summary: 'The addresses that the bot shows to members',
      tags: ['bot'],
      response: answers({ 200: BotAddresses }),
    },
    handler: async () => ({ accountUrl: `${settings.url}/account` }),
  })
}
