import { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { memoryIn } from './memory-in.ts'
import { prefixOf } from './prefix.ts'

export type RedisOptions = {
  /** redis://user:password@host:port or rediss://… */
  url: string
  environment: 'dev' | 'prod'
  log: Logger
  /** For one command, in milliseconds; without an answer by then it counts as failed. */
  commandTimeoutMs?: number
}

export type RedisConnection = {
  /** The value, or null where there is none, or Redis is away. Never rejects for that. */
  get(key: string): Promise<string | null>
  /** Keeps a value for a while; where Redis is away nothing is kept. `ttlS`: whole seconds, 1 at least. */
  set(key: string, value: string, ttlS: number): Promise<void>
  /** Keeps a value where there is none: true for who was first. Null where Redis is away and nobody knows. */
  claim(key: string, value: string, ttlS: number): Promise<boolean | null>
  delete(key: string): Promise<void>
  /** Keeps a value under a name in a table, and the whole table for a while from now on. */
  setIn(table: string, name: string, value: string, ttlS: number): Promise<void>
  /** Values by name; none where there is no such table, or Redis is away. Never rejects for that. */
  allIn(table: string): Promise<Record<string, string>>
  /** Whether it was there, and is not any more. Never rejects. */
  deleteIn(table: string, name: string): Promise<boolean>
  /** How much of its memory is used, in bytes; null where it has no bound, or does not answer. Never rejects. */
  memory(): Promise<{ used: number; max: number } | null>
  /** Whether Redis answers. Never rejects. */
  healthy(): Promise<boolean>
  close(): void
  /** For limiters: puts the prefix before every key by itself, and rejects at once while Redis is away. */
  readonly client: Redis
}

const connectWithinMs = 2000
const longestPauseMs = 3000

/**
 * Connects, waits 2 s at most, and goes on without Redis until it is there: nothing that is kept there is needed.
 * Every key gets `dev:` or `pro:` in front.
 */
export async function connectRedis(options: RedisOptions): Promise<RedisConnection> {
  const { url, environment, log, commandTimeoutMs = 500 } = options
  const client = new Redis(url, {
    keyPrefix: prefixOf(environment),
    lazyConnect: true,
    connectTimeout: connectWithinMs,
    commandTimeout: commandTimeoutMs,
    // Nothing waits for Redis to come back, and nothing is counted twice when it does.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (attempts) => Math.min(attempts * 100, longestPauseMs),
  })
  const stopLogging = logOutages(client, log)
  await firstConnection(client)

  const orNothing = (error: unknown) => {
    log.debug({ err: error }, 'redis: a command failed; going on without')
    return null
  }
  return {
    client,
    async get(key) {
      return client.get(ownKey(key)).catch(orNothing)
    },
    async set(key, value, ttlS) {
      await client.set(ownKey(key), value, 'EX', wholeSeconds(ttlS)).catch(orNothing)
    },
    claim: (key, value, ttlS) =>
      client.set(ownKey(key), value, 'EX', wholeSeconds(ttlS), 'NX').then((said) => said === 'OK', orNothing),
    async delete(key) {
      await client.del(ownKey(key)).catch(orNothing)
    },
    async setIn(table, name, value, ttlS) {
      const [key, seconds] = [ownKey(table), wholeSeconds(ttlS)]
      await client.multi().hset(key, name, value).expire(key, seconds).exec().catch(orNothing)
    },
    allIn: async (table) => (await client.hgetall(ownKey(table)).catch(orNothing)) ?? {},
    async deleteIn(table, name) {
      return (await client.hdel(ownKey(table), name).catch(orNothing)) === 1
    },
    memory: () => client.info('memory').then(memoryIn, orNothing),
    healthy: () =>
      client.ping().then(
        () => true,
        () => false,
      ),
    close() {
      stopLogging()
      client.disconnect()
    },
  }
}

function wholeSeconds(ttlS: number): number {
  if (!Number.isInteger(ttlS) || ttlS < 1) throw new RangeError('A key in Redis needs a time to live.')
  return ttlS
}

/** @throws {Error} for a key that brings a prefix along: it would be another environment's, or doubled. */
export function ownKey(key: string): string {
  if (/^(dev|pro):/.test(key)) throw new Error(`The key ${key} must come without a prefix.`)
  return key
}

/** Each outage is said once, however often a connection is tried during it. Gives the way to end that. */
function logOutages(client: Redis, log: Logger): () => void {
  let isAway = false
  let isOver = false
  const away = (reason: string) => {
    if (!isAway && !isOver) log.warn({ reason }, 'redis: away, going on without')
    isAway = true
  }
  client.on('error', (error) => away(error.message))
  client.on('close', () => away('the connection was closed'))
  client.on('ready', () => {
    if (isAway) log.info('redis: back')
    isAway = false
  })
  return () => {
    isOver = true
  }
}

async function firstConnection(client: Redis): Promise<void> {
  const settled = Promise.withResolvers<void>()
  const timer = setTimeout(settled.resolve, connectWithinMs)
  // Tried again by the client itself; its 'error' event has told about it.
  client.connect().then(settled.resolve, settled.resolve)
  await settled.promise
  clearTimeout(timer)
}
