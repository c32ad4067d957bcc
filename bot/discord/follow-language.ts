import { type Client, Events, type Guild } from 'discord.js'
import type { Logger } from 'pino'
import type { BotConfig } from '../config.ts'
import { introduce } from '../service/introduce.ts'

/** Tells the API in which language the server is, now and whenever that changes. */
export function followLanguage(
  client: Client,
  config: BotConfig,
  { signal, log }: { signal: AbortSignal; log: Logger },
): void {
  let told: string | null = null
  let telling: Promise<void> = Promise.resolve()
  const see = ({ id, preferredLocale: locale }: Guild) => {
    if (id !== config.discord.guildId || locale === told) return
    told = locale
    // One after the other: the last word counts.
    telling = telling
      .then(() => introduce(config, { signal, log, locale }))
      .catch((error: unknown) => log.warn({ err: error }, 'the API does not know the language of the server'))
  }
  client.on(Events.GuildAvailable, see)
  client.on(Events.GuildCreate, see)
  client.on(Events.GuildUpdate, (_before, guild) => see(guild))
  client.on(Events.ClientReady, () => client.guilds.cache.forEach(see))
}
