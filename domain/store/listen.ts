import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { lastingTrouble } from '../rules/lasting-trouble.ts'
import { pause } from '../rules/pause.ts'

type Log = {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

export type ListenOptions = {
  /**
   * Called whenever listening stands again after it was lost, or after the first attempt failed: what was said
   * meanwhile was not heard, so look for yourself.
   */
  onReconnect: () => void
  log: Log
}

export type Listener = {
  /** Settles once listening stands for the first time; never rejects. */
  ready: Promise<void>
  close(): Promise<void>
}

const firstPauseMs = 100
const longestPauseMs = 5000
const heartbeatMs = 15_000
const deadlineMs = 5000
/** A connection that is gone already never says that it has ended. */
const goodbyeMs = 500

/**
 * Listens to Postgres channels (LISTEN) on a connection of its own, and connects again, with growing pauses, for as
 * long as it takes. Nothing throws when Postgres is away. A notification may be lost: never rely on it alone. One payload
 * may carry several messages, separated by commas: Postgres has a price for each notification.
 */
export function listen(
  url: string,
  channels: readonly string[],
  onMessage: (channel: string, payload: string) => void,
  options: ListenOptions,
): Listener {
  const closing = new AbortController()
  const closed = new Promise<void>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const ready = Promise.withResolvers<void>()
  const loop = keepListening()

  async function keepListening(): Promise<void> {
    let pauseMs = firstPauseMs
    let failed = false
    const trouble = lastingTrouble()
    while (!closing.signal.aborted) {
      try {
        await oneConnection(() => {
          trouble.over((lastedMs) => options.log.info({ channels, lastedMs }, 'listening to Postgres again'))
          if (failed) options.onReconnect()
          pauseMs = firstPauseMs
          ready.resolve()
        })
      } catch (cause) {
        if (closing.signal.aborted) break
        failed = true
        trouble.met(cause, () =>
          options.log.warn({ err: cause, channels }, 'not listening to Postgres; connecting again and again'),
        )
      }
      await pause(pauseMs, closing.signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
    ready.resolve()
  }

  /** Lives as long as one connection: gives back when closing, throws when it was lost. */
  async function oneConnection(onListening: () => void): Promise<void> {
    const client = new Client({
      connectionString: url,
      application_name: 'guildpost-listen',
      connectionTimeoutMillis: deadlineMs,
      keepAlive: true,
      query_timeout: deadlineMs,
    })
    const lost = Promise.withResolvers<never>()
    // The same promise is raced several times; a loss between two races must not count as unhandled.
    lost.promise.catch(() => undefined)
    client.on('error', (cause) => lost.reject(cause))
    client.on('end', () => lost.reject(new Error('the connection ended')))
    client.on('notification', ({ channel, payload = '' }) => {
      for (const message of payload.split(',')) onMessage(channel, message)
    })
    try {
      await Promise.race([client.connect(), lost.promise, closed])
      if (closing.signal.aborted) return
      for (const channel of channels) await client.query(`listen ${client.escapeIdentifier(channel)}`)
      onListening()
      await Promise.race([heartbeat(client), lost.promise, closed])
    } finally {
      await Promise.race([client.end(), delay(goodbyeMs)]).catch(() => undefined)
    }
  }

  /** A half-open connection hears nothing and reports nothing; only a question shows it. */
  async function heartbeat(client: Client): Promise<void> {
    while (!closing.signal.aborted) {
      await pause(heartbeatMs, closing.signal)
      if (!closing.signal.aborted) await client.query('select 1')
    }
  }

  return {
    ready: ready.promise,
    close: async () => {
      closing.abort()
      await loop
    },
  }
}
