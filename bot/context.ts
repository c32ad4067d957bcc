import type { Client } from 'discord.js'
import type { Logger } from 'pino'
import type { Locale, Translate } from '../texts/translate.ts'
import type { createApiClient } from './api-client.ts'
import type { BotConfig } from './config.ts'
import type { ListMemory } from './lists/list-memory.ts'
import type { PageMemory } from './lists/page-memory.ts'
import type { BotTiming, Command, Controls } from './turn.ts'

/** What this process owns. */
export type BotContext = {
  config: BotConfig
  log: Logger
  client: Client
  apiFor: ReturnType<typeof createApiClient>
  texts: Record<Locale, Translate>
  commands: ReadonlyMap<string, Command>
  /** For messages that answer no command, by the first part of the custom id. */
  controls: Readonly<Record<string, Controls>>
  lists: ListMemory
  pages: PageMemory
  timing: BotTiming
  stopping: AbortSignal
  /** True while the API does not take this bot's token. */
  isRefused: () => boolean
  /** False when this interaction has been seen before. */
  isNew: (interactionId: string) => boolean
  /** True when this bot sent the acknowledgement of this interaction more than once. */
  isRepeated: (interactionId: string) => boolean
}

export const ordinaryTiming: BotTiming = {
  quickWaitS: 5,
  longWaitS: 25,
  followForMs: 14 * 60_000,
  completeWithinMs: 1_500,
  askEveryMs: 10_000,
  readyWithinMs: 5_000,
  silentAfterMs: 60_000,
  // The API says so half a minute after the last word of a worker.
  idleAfterMs: 30_000,
  unableAfterMs: 180_000,
  // So long nobody answers where a bot was killed; three renewals may fail before it is lost.
  leaseMs: 15_000,
  renewLeaseEveryMs: 4_000,
  askForLeaseEveryMs: 2_000,
  letOthersFirstMs: 1_000,
}

/** Remembers so many ids; Discord delivers an interaction again within seconds if at all. */
export function createSight(limit: number): (id: string) => boolean {
  const seen = new Set<string>()
  return (id) => {
    if (seen.has(id)) return false
    seen.add(id)
    const [oldest] = seen
    if (seen.size > limit && oldest !== undefined) seen.delete(oldest)
    return true
  }
}
