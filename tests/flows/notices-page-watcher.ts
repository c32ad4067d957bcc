import { pino } from 'pino'
import { startBot } from '../../bot/bot.ts'
import { readBotConfig } from '../../bot/config.ts'
import { rows } from '../../domain/store/database.ts'
import type { DiscordMessage } from '../../sandbox/discord/stand-in.ts'
import { startTcpProxy } from '../_support/tcp-proxy.ts'
import { waitUntil } from '../_support/world.ts'
import { serviceToken } from '../api/api-server.ts'
import { asShown, discordNames, type NoticesStory } from './notices-page-story.ts'
import type { Recorded } from './notices-page.ts'

const nobody = 9
const timing = { askEveryMs: 50, silentAfterMs: 200, idleAfterMs: 200, unableAfterMs: 200 }

/** The bot, less patient than in earnest, and the way to the API, which can be closed. */
export async function startWatcher({ api, discord, watched }: NoticesStory) {
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
  const bot = await startBot(config, { log: pino({ level: 'silent' }), timing })
  return {
    stop: () => bot.stop(),
    closeWay: () => {
      target = nobody
      between.cut()
    },
    openWay: () => {
      target = port
    },
    /** Does it, and gives what is new or edited once a message begins with this sign. */
    says: async (sign: string, cause: () => unknown): Promise<DiscordMessage[]> => {
      const before = new Set(discord.messagesIn(watched).map(asShown))
      await cause()
      return waitUntil(`the bot says ${sign}`, async () => {
        const told = discord.messagesIn(watched).filter((one) => !before.has(asShown(one)))
        return told.some(({ content }) => content.startsWith(sign)) ? structuredClone(told) : null
      })
    },
  }
}

/** What the bot says by itself of each trouble of which nobody else can tell, and when it is over. */
export async function watcherTells(story: NoticesStory): Promise<Recorded[]> {
  const { db } = story.world
  const { says, closeWay, openWay, stop } = await startWatcher(story)
  try {
    const silent = await says('🔌', closeWay)
    const answers = await says('✅', openWay)
    const [last] = await rows<{ name: string }>(
      db,
      'delete from schema_migration where name = (select max(name) from schema_migration) returning name',
    )
    const unable = await says('🗄️', () => undefined)
    const serves = await says('✅', () =>
      rows(db, 'insert into schema_migration (name) values (:name)', { name: last?.name ?? '' }),
    )
    await says('🔌', closeWay)
    await story.stopWorker()
    await noWorkerIsSeen(story)
    const [passed = [], idle = []] = apart('💤', await says('💤', openWay))
    const works = await says('✅', story.startWorker)
    const same = 'The same message.'
    return [
      { heading: 'The API is silent', remark: 'Told by the bot itself, after a minute.', messages: silent },
      { heading: 'The API answers again', remark: same, messages: answers },
      {
        heading: 'The API can’t serve',
        remark:
          'Told by the bot after three minutes, since a worker tells sooner that the database is away. Here a migration is missing.',
        messages: unable,
      },
      { heading: 'The API serves again', remark: same, messages: serves },
      {
        heading: 'The API answers again, but something else is wrong',
        remark:
          'The message of a trouble that ended in another one, and then that of the other: see the next.',
        messages: passed,
      },
      {
        heading: 'No worker is running',
        remark: 'Told by the bot when no worker has shown itself for a minute, though the API answers.',
        messages: idle,
      },
      { heading: 'A worker is running again', remark: same, messages: works },
    ]
  } finally {
    await stop()
  }
}

/** The API keeps its answer for two seconds. */
const noWorkerIsSeen = ({ api }: NoticesStory) =>
  waitUntil('the API says that no worker is there', async () => {
    const answer = await api.server.inject({ url: '/readyz' })
    return answer.json<{ checks: { workers: string } }>().checks.workers === 'down' ? true : null
  })

/** Those that begin otherwise, and those that begin with this sign. */
const apart = (sign: string, messages: readonly DiscordMessage[]): DiscordMessage[][] =>
  [false, true].map((is) => messages.filter(({ content }) => content.startsWith(sign) === is))
