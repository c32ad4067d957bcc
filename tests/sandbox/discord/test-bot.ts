import { Client, GatewayIntentBits, type ClientOptions, type Interaction } from 'discord.js'
import { onTestFinished } from 'vitest'
import {
  startDiscordStandIn,
  type DiscordStandIn,
  type DiscordStandInOptions,
} from '../../../sandbox/discord/stand-in.ts'

export const token = 'a.token.for-tests'
export const applicationId = '200000000000000001'
export const guildId = '300000000000000001'
export const channelId = '400000000000000001'
export const roleId = '500000000000000001'

export const go = { name: 'go', description: 'Go' }
export const alice = { id: '600000000000000001', username: 'alice', locale: 'zh-TW' }

/** A stand-in for one test, stopped with it. */
export async function standInForTest(options: Partial<DiscordStandInOptions> = {}): Promise<DiscordStandIn> {
  const standIn = await startDiscordStandIn({
    token,
    applicationId,
    guildId,
    channels: [{ id: channelId, name: 'general' }],
    roles: [{ id: roleId, name: 'verified' }],
    membersIntent: true,
    ...options,
  })
  onTestFinished(() => standIn.stop())
  return standIn
}

/** A real discord.js client, not logged in yet, destroyed with the test. */
export function clientFor(standIn: DiscordStandIn, options: Partial<ClientOptions> = {}): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers],
    waitGuildTimeout: 500,
    ...options,
    rest: { api: standIn.url, ...options.rest },
  })
  onTestFinished(() => client.destroy())
  return client
}

/**
 * A logged-in bot that registers `commands` and answers each interaction by `answer`. What `answer` throws is
 * kept in `failures`, for a test that expects Discord to refuse.
 */
export async function botFor(
  standIn: DiscordStandIn,
  commands: object[],
  answer: (interaction: Interaction) => Promise<unknown>,
): Promise<{ client: Client; failures: unknown[] }> {
  const client = clientFor(standIn)
  const failures: unknown[] = []
  client.on('interactionCreate', (interaction) => {
    answer(interaction).catch((error: unknown) => failures.push(error))
  })
  const ready = new Promise<void>((resolve) => client.once('clientReady', () => resolve()))
  await client.login(token)
  await ready
  await client.application?.commands.set(commands as never, guildId)
  await standIn.waitForBot()
  return { client, failures }
}

/** A stand-in with alice in it, and a bot that answers /go. */
export async function answering(answer: (interaction: Interaction) => Promise<unknown>, now?: () => number) {
  const standIn = await standInForTest(now ? { now } : {})
  const user = standIn.addUser(alice)
  const { client, failures } = await botFor(standIn, [go], answer)
  return { standIn, user, client, failures }
}

/** A clock that stands still until it is moved. */
export function createClock(): { now: () => number; advance: (ms: number) => void } {
  let at = Date.UTC(2026, 0, 2, 3, 4, 5)
  return {
    now: () => at,
    advance(ms) {
      at += ms
    },
  }
}
