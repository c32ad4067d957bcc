import type { Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Client, Events, type GuildMember, type Interaction } from 'discord.js'
import type { Logger } from 'pino'
import { createLog } from '../adapters/log/create-log.ts'
import { createTranslations } from '../texts/translate.ts'
import { createApiClient } from './api-client.ts'
import { commands as allCommands, controls } from './commands/index.ts'
import type { BotConfig } from './config.ts'
import { type BotContext, createSight, ordinaryTiming } from './context.ts'
import { connect, createClient, watchForLoss, watchRepeats } from './discord/discord-client.ts'
import { dispatch } from './dispatch.ts'
import { harmless } from './discord/harmless-text.ts'
import { followInvitation } from './discord/follow-invitation.ts'
import { followLanguage } from './discord/follow-language.ts'
import { holdLease } from './service/hold-lease.ts'
import { introduce } from './service/introduce.ts'
import { type BotHealth, listenForHealth, watchHeartbeat } from './health.ts'
import { createListMemory } from './lists/list-memory.ts'
import { createPageMemory } from './lists/page-memory.ts'
import { registerCommands } from './discord/register-commands.ts'
import { restoreRole } from './discord/restore-role.ts'
import type { BotTiming, Command } from './turn.ts'
import { watchService } from './service/watch-service.ts'

export type Bot = {
  client: Client
  /** Settles, with why, when Discord has shut the bot out for good: only a new start can help. */
  lost: Promise<Error>
  /** Lets what is being answered end with a true sentence, then leaves Discord. */
  stop: () => Promise<void>
}

export type BotOverrides = {
  timing?: Partial<BotTiming>
  commands?: readonly Command[]
  log?: Logger
  heartbeatMaxAgeMs?: number
  /** Aborted when a bot that is still standing by is to end. */
  signal?: AbortSignal
}

/**
 * Registers the commands, connects to Discord and answers from then on; while another bot does so, stands by before that, for as long
 * as it takes.
 * @throws {Error} when Discord does not let the bot in.
 */
export async function startBot(config: BotConfig, overrides: BotOverrides = {}): Promise<Bot> {
  const log = overrides.log ?? createLog({ name: 'bot', level: config.logLevel })
  const timing = { ...ordinaryTiming, ...overrides.timing }
  const client = createClient(config, log)
  const lost = watchForLoss(client)
  const hasHeartbeat = watchHeartbeat(client, overrides.heartbeatMaxAgeMs)
  const stopping = new AbortController()
  const beginToStop = () => stopping.abort(new Error('the bot is about to end'))
  overrides.signal?.addEventListener('abort', beginToStop, { once: true })
  const running = new Set<Promise<void>>()
  /** Another bot may answer by now, and this one would not finish. */
  let isLeaving = false

  client.on(Events.Error, (error) => log.error({ err: error }, 'Discord connection'))
  client.on(Events.Warn, (message) => log.warn(message))
  const introduced = introduce(config, { signal: stopping.signal, log })
  const lease = holdLease(config, { introduced, timing, signal: stopping.signal, log })
  const healthNow = (): BotHealth => {
    if (lease.isStandingBy()) return 'standing by'
    return hasHeartbeat() ? 'ok' : 'gateway down'
  }
  /** What comes until the lease is given back is answered here. */
  const endAnswers = async () => {
    await lease.giveBack()
    isLeaving = true
    while (running.size > 0) await Promise.all(running)
  }
  let health: Server | null = null
  try {
    if (config.healthPort !== undefined) health = await listenForHealth(config.healthPort, healthNow)
    // A bot of another installation must not answer anybody, and of several one.
    await lease.answering
    const { isRefused } = lease
    const owned = { client, log, timing, stopping: stopping.signal, isRefused }
    const context = await createContext(config, overrides, owned)
    client.on(Events.InteractionCreate, (interaction: Interaction) => {
      if (lease.isLost() || isLeaving) return
      const turn = dispatch(context, interaction).finally(() => running.delete(turn))
      running.add(turn)
    })
    client.on(Events.GuildMemberAdd, (member: GuildMember) => void restoreRole(context, member))
    followLanguage(client, config, { signal: stopping.signal, log })
    await connect(client, config.discord.token, lost)
    log.info({ user: client.user?.tag }, 'the bot is there')
    void watchService(context)
  } catch (error) {
    beginToStop()
    await Promise.all([lease.giveBack(), leave(client, health)])
    throw error
  }
  return {
    client,
    lost: Promise.race([lost, lease.lost, untilRefused(introduced)]),
    async stop() {
      beginToStop()
      await Promise.race([endAnswers(), delay(lastWordsMs, undefined, { ref: false })])
      await leave(client, health)
    },
  }
}

/** Settles only if the API, which was away, says later that the bot is somebody else's. */
const untilRefused = (introduced: Promise<void>): Promise<Error> =>
  new Promise((resolve) => {
    introduced.catch((error: Error) => resolve(error))
  })

/** How long replies may take to be brought to their end. */
const lastWordsMs = 8_000

async function createContext(
  config: BotConfig,
  overrides: BotOverrides,
  owned: Pick<BotContext, 'client' | 'log' | 'timing' | 'stopping' | 'isRefused'>,
): Promise<BotContext> {
  const { client, log } = owned
  const commands = overrides.commands ?? allCommands
  const ids = new Map<string, string>()
  const texts = createTranslations({ escape: harmless, command: (name) => mention(name, ids) })
  client.rest.setToken(config.discord.token)
  const definitions = commands.map(({ definition }) => definition(texts))
  const register = async () => {
    const registered = await registerCommands(client.rest, config.discord, definitions)
    for (const [name, id] of registered.ids) ids.set(name, id)
    log.info({ commands: commands.length, written: registered.written }, 'commands are registered')
  }
  await register()
  followInvitation(client, config, { register, log })
  return {
    ...owned,
    config,
    texts,
    commands: new Map(commands.map((command) => [command.name, command])),
    controls,
    apiFor: createApiClient({ url: config.apiUrl, serviceToken: config.serviceToken }),
    lists: createListMemory({ members: 1_000, maxAgeMs: 10 * 60_000 }),
    pages: createPageMemory(1_000),
    isNew: createSight(10_000),
    isRepeated: watchRepeats(client),
  }
}

/** A command, or one of its subcommands, that can be clicked; one that Discord does not know stays a word. */
function mention(name: string, ids: ReadonlyMap<string, string>): string {
  const [command = ''] = name.split(' ')
  const id = ids.get(command)
  return id === undefined ? `\`/${name}\`` : `</${name}:${id}>`
}

async function leave(client: Client, health: Server | null): Promise<void> {
  await client.destroy()
  if (!health) return
  health.closeAllConnections()
  await new Promise<void>((resolve) => {
    health.close(() => resolve())
  })
}
