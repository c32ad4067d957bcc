import {
  type APIRequest,
  Client,
  Events,
  GatewayCloseCodes,
  GatewayIntentBits,
  Options,
  type RateLimitData,
  RESTEvents,
  type ResponseLike,
} from 'discord.js'
import type { Logger } from 'pino'
import type { BotConfig } from '../config.ts'

/**
 * Discord's 50 requests a second don't count for interactions, and the bot makes hardly any others; discord.js would count all.
 * https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
 */
const interactionRequestsPerSecond = 1_000

/** The connection to Discord, not connected yet. */
export function createClient(config: BotConfig, log: Logger): Client {
  return new Client({
    // Who joins is told only to bots with the privileged intent, which must be switched on for the application.
    intents: config.hasVerifiedRole
      ? [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMembers]
      : [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: {
      api: config.discord.apiUrl,
      globalRequestsPerSecond: interactionRequestsPerSecond,
      rejectOnRateLimit: waiting(log),
    },
    waitGuildTimeout: 500,
    // Nothing is looked up in these; without limits every member who ever asked would stay in memory.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      UserManager: { maxSize: 100, keepOverLimit: (user) => user.id === user.client.user.id },
      GuildMemberManager: { maxSize: 100, keepOverLimit: (member) => member.id === member.client.user.id },
    }),
  })
}

/** Shorter waits are everyday. */
const worthTellingMs = 5_000

/** Discord may ask for hours: a bot that waits them out without a word looks as if it hung. */
function waiting(log: Logger): (limit: RateLimitData) => boolean {
  return ({ retryAfter, global, method, route }) => {
    if (retryAfter >= worthTellingMs)
      log.warn({ waitS: Math.ceil(retryAfter / 1000), global, method, route }, 'Discord makes the bot wait')
    return false
  }
}

/**
 * Settles, with why, when Discord has shut the bot out: discord.js forgets its token at the first 401, and Discord closes the gateway for
 * good on some errors.
 */
export function watchForLoss(client: Client): Promise<Error> {
  const { promise, resolve } = Promise.withResolvers<Error>()
  client.rest.on(RESTEvents.Response, ({ data, method, path }: APIRequest, { status }: ResponseLike) => {
    if (status === 401 && data.auth !== false)
      resolve(new Error(`Discord does not accept DISCORD_TOKEN any more (401 at ${method} ${path})`))
  })
  client.on(Events.ShardDisconnect, ({ code }) =>
    resolve(new Error(closings[code] ?? `Discord closed the gateway for good (${code})`)),
  )
  client.on(Events.Invalidated, () => resolve(new Error('Discord ended the session')))
  return promise
}

const closings: Readonly<Record<number, string>> = {
  [GatewayCloseCodes.DisallowedIntents]:
    'Discord does not tell this bot who joins the server (4014). Switch on “Server Members Intent” in the developer portal, in the application under Bot, then start the bot again. Without DISCORD_VERIFIED_ROLE_ID it is not needed.',
}

/**
 * Tells of an interaction whether it was acknowledged more than once by this bot: discord.js tries again what was answered 5xx, or not at all,
 * though Discord may have taken it.
 */
export function watchRepeats(client: Client, limit = 1_000): (interactionId: string) => boolean {
  const repeated = new Set<string>()
  client.rest.on(RESTEvents.Response, ({ path, retries }: APIRequest) => {
    const interactionId = /^\/interactions\/(\d+)\//.exec(path)?.[1]
    if (interactionId === undefined || retries === 0) return
    repeated.add(interactionId)
    const [oldest] = repeated
    if (repeated.size > limit && oldest !== undefined) repeated.delete(oldest)
  })
  return (interactionId) => repeated.has(interactionId)
}

/** Resolves when the bot is ready to be asked. @throws what `lost` says when Discord shuts it out instead. */
export async function connect(client: Client, token: string, lost: Promise<Error>): Promise<void> {
  const ready = new Promise<void>((resolve) => {
    client.once(Events.ClientReady, () => resolve())
  })
  const shutOut = lost.then((error) => Promise.reject(error))
  await Promise.race([shutOut, client.login(token).then(() => ready)])
}
