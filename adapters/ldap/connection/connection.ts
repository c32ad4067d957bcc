import type { Socket } from 'node:net'
import { Client } from 'ldapts'
import type { DirectoryConfig } from './connect-options.ts'
import { connectSocket } from './connect-socket.ts'
import { asFailure, brokeConnection, IncompleteRead, withKind } from '../failure.ts'
import { observeClient } from './observe-client.ts'
import { resultCode } from '../result-codes.ts'

/** More at once make some servers close the connection; 16 keep one busy. */
const maxInFlight = 16

/** One bound connection, opened when first needed, shared by all operations, thrown away when it breaks. */
export type Connection = {
  /** Runs one operation. @throws {DirectoryFailure} whatever goes wrong, and the operation's own {IncompleteRead}. */
  run: <Result>(operation: (client: Client) => Promise<Result>) => Promise<Result>
  close: () => Promise<void>
}

/** Nothing connects before the first operation. `onBroken` hears when a connection was given up: what was learnt on it may be over. */
export function createConnection(config: DirectoryConfig, onBroken = (): void => {}): Connection {
  let current: Promise<Client> | null = null
  let live: Client | null = null
  let inFlight = 0
  /** How many operations are under way on each. */
  const users = new Map<Client, number>()
  const waiting: (() => void)[] = []

  return {
    run: async (operation) => {
      if (inFlight >= maxInFlight) await new Promise<void>((resolve) => waiting.push(resolve))
      else inFlight += 1
      try {
        return await runOn(operation)
      } finally {
        const next = waiting.shift()
        if (next) next()
        else inFlight -= 1
      }
    },
    close: async () => {
      const closing = current
      current = null
      await closing?.then(discard, ignoreUnopened)
    },
  }

  async function runOn<Result>(operation: (client: Client) => Promise<Result>): Promise<Result> {
    const client = await bound()
    users.set(client, (users.get(client) ?? 0) + 1)
    try {
      return await operation(client)
    } catch (error) {
      if (error instanceof IncompleteRead) throw error
      const failure = asFailure(error, true)
      // A server that wants more than the bind we have is another matter than one that forgot it.
      const isUnbound = failure.code === resultCode.strongerAuthRequired
      const wantsMore = isUnbound && (!config.bindDn || (await isBound(client)))
      if (brokeConnection(failure) && !wantsMore) forget(client)
      // What an account may do, servers may settle when it binds: whoever was refused asks as somebody who has just bound.
      else if (failure.kind === 'pause') giveUp(client)
      throw isUnbound && !wantsMore ? withKind(failure, 'transient') : failure
    } finally {
      leave(client)
    }
  }

  /**
   * The bound client. Connecting and binding are shared by everybody who waits. The library would reconnect a dropped
   * connection by itself, but without its bind (and without StartTLS): a client that is no longer connected is never used.
   */
  async function bound(): Promise<Client> {
    for (;;) {
      const opening = (current ??= open(config))
      try {
        const client = await opening
        // It was given up in this very moment.
        if (current !== opening) continue
        if (client.isConnected) {
          live = client
          return client
        }
        onBroken()
        void discard(client)
      } catch (error) {
        if (current === opening) current = null
        throw asFailure(error, false)
      }
      if (current === opening) current = null
    }
  }

  /** Of several operations that fail on one connection, only the first finds it in use: the next one is not theirs to end. */
  function forget(client: Client): void {
    giveUp(client)
    void discard(client)
  }

  /** Nothing new begins on it; what is under way there ends. */
  function giveUp(client: Client): void {
    if (live !== client) return
    current = null
    live = null
    onBroken()
  }

  function leave(client: Client): void {
    const others = (users.get(client) ?? 1) - 1
    if (others > 0) return void users.set(client, others)
    users.delete(client)
    if (client !== live) void discard(client)
  }
}

/** What the server takes us for (RFC 4532): nobody, after it lost our bind. True where it can't say, as we did bind. */
async function isBound(client: Client): Promise<boolean> {
  try {
    return Boolean((await client.exop('1.3.6.1.4.1.4203.1.11.3')).value)
  } catch (error) {
    return asFailure(error, true).code !== null
  }
}

/**
 * Opens a connection and binds; used for the shared one and for each person's own bind. The client lives as long as this one
 * connection: it is handed to the library, which can't make another.
 */
export async function open(config: DirectoryConfig): Promise<Client> {
  const timeout = config.timeoutMs ?? 10_000
  const socket = await connectSocket(config, Math.min(5000, timeout))
  const client = new Client({
    // The connection stands already, with TLS where that was asked for.
    url: config.url.replace(/^ldaps:/, 'ldap:'),
    createConnection: once(socket),
    timeout,
    strictDN: false,
  })
  observeClient(client, config.onOperation)
  try {
    await client.bind(config.bindDn ?? '', config.bindPassword ?? '')
    return client
  } catch (error) {
    await discard(client)
    throw error
  }
}

function once(socket: Socket): () => Socket {
  let isGiven = false
  return () => {
    if (isGiven || socket.readyState !== 'open') throw new Error('the connection was closed')
    isGiven = true
    return socket
  }
}

/** Says goodbye if the server still listens. A connection that is being thrown away can't fail in a way that matters. */
export async function discard(client: Client): Promise<void> {
  await client.unbind().catch(ignoreUnopened)
}

function ignoreUnopened(): void {
  // Nothing was open, or it is gone already: that is what was wanted.
}
