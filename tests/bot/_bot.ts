import { pino } from 'pino'
import { expect, onTestFinished } from 'vitest'
import { type Bot, type BotOverrides, startBot } from '../../bot/bot.ts'
import type { BotConfig } from '../../bot/config.ts'
import type { InteractionHandle, OptionValues } from '../../sandbox/discord/stand-in.ts'
import type { DiscordStandIn, DiscordStandInOptions } from '../../sandbox/discord/stand-in.ts'
import { discordNames, startTestDiscord } from '../_support/discord.ts'
import { type FakeApi, serviceToken, startFakeApi } from './_api.ts'

export const { token, applicationId, guildId } = discordNames

/** Long enough that a busy machine doesn't make a test fail, short enough to wait for. */
const timing = {
  quickWaitS: 1,
  longWaitS: 2,
  followForMs: 60_000,
  completeWithinMs: 2_000,
  askEveryMs: 50,
  readyWithinMs: 2_000,
  silentAfterMs: 300,
  idleAfterMs: 300,
  unableAfterMs: 300,
}

export type Story = {
  standIn: DiscordStandIn
  api: FakeApi
  config: BotConfig
  bot: Bot
  logged: string[]
  alice: ReturnType<DiscordStandIn['addUser']>
  /** Reads Traditional Chinese. */
  mei: ReturnType<DiscordStandIn['addUser']>
}

export type StoryOptions = {
  bot?: BotOverrides
  config?: Partial<BotConfig>
  standIn?: Partial<DiscordStandInOptions>
}

/** A Discord, an API and the bot between them, ended after the test; Discord must have had nothing to complain about. */
export async function tellStory(options: StoryOptions = {}): Promise<Story> {
  const standIn = await startTestDiscord(options.standIn, { onTestFinished })
  const api = await startFakeApi()
  onTestFinished(() => api.stop())
  const config: BotConfig = {
    appEnv: 'dev',
    apiUrl: api.url,
    serviceToken,
    discord: { token, applicationId, guildId, apiUrl: standIn.url, alertChannelId: undefined },
    hasVerifiedRole: false,
    healthPort: undefined,
    logLevel: 'debug',
    ...options.config,
  }
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })
  const bot = await startBot(config, { log, ...options.bot, timing: { ...timing, ...options.bot?.timing } })
  onTestFinished(() => bot.stop())
  await standIn.waitForBot()
  const alice = standIn.addUser({ id: '600000000000000001', username: 'alice', globalName: 'Alice' })
  const mei = standIn.addUser({ id: '600000000000000002', username: 'mei', locale: 'zh-TW' })
  return { standIn, api, config, bot, logged, alice, mei }
}

/** The same, and Alice is an admin. */
export async function adminStory(options: StoryOptions = {}): Promise<Story> {
  const story = await tellStory(options)
  story.api.model.me = { ...story.api.model.me, isAdmin: true }
  return story
}

/** Types `/lists …`. */
export const lists = (
  { standIn }: Story,
  user: Story['alice'],
  subcommand: string,
  options: OptionValues,
): Promise<InteractionHandle> => standIn.slash(user, 'lists', options, { subcommand })

/** Waits for a reply that says this. */
export function says(handle: InteractionHandle, words: string | RegExp) {
  return handle.until(({ content }) =>
    typeof words === 'string' ? content.includes(words) : words.test(content),
  )
}

declare module 'vitest' {
  interface Matchers<R, T> {
    /** The reply says this, now or soon. */
    toSay(words: string | RegExp): Promise<void>
  }
}

expect.extend({
  async toSay(handle: InteractionHandle, words: string | RegExp) {
    const missing = await says(handle, words).then(
      () => null,
      (error: unknown) => String(error),
    )
    return { pass: missing === null, message: () => `No reply says ${String(words)}: ${missing}` }
  },
})
