import { setTimeout as delay } from 'node:timers/promises'
import type { MongoClient } from '@agendajs/mongo-backend'
import { closeQuietly } from './deadline.ts'

const tickMs = 1000

/**
 * Connects a client anew when a look that it takes at a server (a heartbeat) has begun and not ended in
 * `withinMs`. The driver bounds each look by itself, all but one: what it writes into a socket that has broken and
 * does not say so yet waits for ever (mongodb 7.8 and 7.9, `writeCommand`), and since it takes one look at a time, the client then
 * believes its last error until the process ends, however well the server is.
 * Gives what ends the watch.
 */
export function renewStuckClient(client: MongoClient, withinMs: number, onStuck: () => void): () => void {
  /** Ticks since a look began. Counted, since a process that was frozen has not waited. */
  const looking = new Map<string, number>()
  const ending = new AbortController()
  let isRenewing = false

  client.on('serverHeartbeatStarted', ({ connectionId }) => looking.set(connectionId, 0))
  client.on('serverHeartbeatSucceeded', ({ connectionId }) => looking.delete(connectionId))
  client.on('serverHeartbeatFailed', ({ connectionId }) => looking.delete(connectionId))
  client.on('serverClosed', ({ address }) => looking.delete(address))

  const ticking = setInterval(() => {
    for (const [address, ticks] of looking) looking.set(address, ticks + 1)
    const isStuck = [...looking.values()].some((ticks) => ticks * tickMs > withinMs)
    if (isStuck && !isRenewing) void renew()
  }, tickMs)
  ticking.unref()

  async function renew(): Promise<void> {
    isRenewing = true
    onStuck()
    await closeQuietly(client.close())
    looking.clear()
    while (!ending.signal.aborted && !(await connects()))
      await delay(tickMs, undefined, { signal: ending.signal }).catch(() => undefined)
    // Ended while it connected.
    if (ending.signal.aborted) await closeQuietly(client.close())
    isRenewing = false
  }

  const connects = () =>
    client.connect().then(
      () => true,
      () => false,
    )

  return () => {
    clearInterval(ticking)
    ending.abort()
  }
}
