import { pino } from 'pino'
import { startBot } from '../../bot/bot.ts'
import { readBotConfig } from '../../bot/config.ts'
import { startTcpProxy } from '../_support/tcp-proxy.ts'
import { waitUntil } from '../_support/world.ts'
import { serviceToken } from '../api/api-server.ts'
import { discordNames, type NoticesStory } from './notices-page-story.ts'
import type { Recorded } from './notices-page.ts'

const nobody = 9

/** What the bot says by itself while nobody answers it, and when somebody does again. */
export async function watcherTells({ api, discord, watched }: NoticesStory): Promise<Recorded[]> {
  const port = Number(new URL(api.context.settings.url).port)
  let target = port
  const between = await startTcpProxy(() => target)
  const config = readBotConfig({
    APP_ENV: 'dev',
    API_URL: `http://127.0.0.1:${between.port}`,
    SERVICE_TOKEN: serviceToken,
    DISCORD_TOKEN: discordNames.token,
    DISCORD_APPLICATION_ID: discordNames.applicationId,
    DISCORD_GUILD_ID: discordNames.guildId,
    DISCORD_API_URL: discord.url,
    DISCORD_ALERT_CHANNEL_ID: watched,
  })
  const timing = { askEveryMs: 50, silentAfterMs: 200 }
  const bot = await startBot(config, { log: pino({ level: 'silent' }), timing })
  const says = (sign: string) =>
    waitUntil(`the bot says ${sign}`, async () => {
      const messages = discord.messagesIn(watched)
      return messages.some(({ content }) => content.startsWith(sign)) ? structuredClone(messages) : null
    })
  try {
    target = nobody
    between.cut()
    const silent = {
      heading: 'The API is silent',
      remark:
        'Told by the bot itself, after a minute. It also tells that the API can’t serve, and that no worker runs.',
      messages: await says('🔌'),
    }
    target = port
    const over = { heading: 'The API answers again', remark: 'The same message.', messages: await says('✅') }
    return [silent, over]
  } finally {
    await bot.stop()
  }
}
