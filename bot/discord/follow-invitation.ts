import { type Client, Events, type Guild } from 'discord.js'
import type { Logger } from 'pino'
import type { BotConfig } from '../config.ts'
import { invitationOf } from './register-commands.ts'

/** Whoever takes the bot out of the server takes its commands away: once it is invited again it registers them anew. */
export function followInvitation(
  client: Client,
  { discord }: BotConfig,
  { register, log }: { register: () => Promise<void>; log: Logger },
): void {
  const isOurs = ({ id }: Guild) => id === discord.guildId
  client.on(Events.GuildDelete, (guild) => {
    if (isOurs(guild))
      log.error(
        `the bot was taken out of the server ${discord.guildId}, so nobody can use it. Invite it: ${invitationOf(discord.applicationId)}`,
      )
  })
  client.on(Events.GuildCreate, (guild) => {
    if (!isOurs(guild)) return
    register().catch((error: unknown) =>
      log.error({ err: error }, 'the bot is in the server again, and its commands could not be registered'),
    )
  })
}
