import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type DirectoryConfig, isLdaps, tlsOptions } from './connect-options.ts'
import { asConnectFailure } from '../failure.ts'
import { startTls } from './start-tls.ts'

/**
 * A connection to the directory on which LDAP may be spoken: over TLS where the address or LDAP_STARTTLS asks for it, and
 * then only after the certificate was found good. Before TLS stands, nothing is sent but the wish for it. The library would
 * do this by itself, but it upgrades without a deadline, keeps what arrived before TLS stood, and goes on in plain after a
 * break. `timeoutMs` bounds the whole of it, and `signal` ends it.
 * @throws {DirectoryFailure} `transient`: whatever was to be asked was not asked.
 */
export async function connectSocket(
  config: DirectoryConfig,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Socket> {
  const opened: Socket[] = []
  const giveUp = (why?: Error) => {
    for (const socket of opened) socket.destroy(why)
  }
  const until = async (socket: Socket, event: 'connect' | 'secureConnect') => {
    opened.push(socket)
    // Whoever waits for this socket hears of its end by other means; between two waits an error must not end the process.
    socket.on('error', () => {})
    await once(socket, event)
    return socket
  }
  const abort = () => giveUp(new Error('nobody waits for the connection any more'))
  signal?.addEventListener('abort', abort, { once: true })
  const deadline = setTimeout(() => giveUp(new Error(`not connected within ${timeoutMs} ms`)), timeoutMs)
  try {
    signal?.throwIfAborted()
    const at = addressOf(config)
    if (isLdaps(config)) return await until(connectTls({ ...at, ...tlsOptions(config) }), 'secureConnect')
    const plain = await until(connectTcp(at), 'connect')
    if (!config.startTls) return plain
    await startTls(plain)
    return await until(connectTls({ socket: plain, ...tlsOptions(config) }), 'secureConnect')
  } catch (error) {
    giveUp()
    throw asConnectFailure(error, config)
  } finally {
    clearTimeout(deadline)
    signal?.removeEventListener('abort', abort)
  }
}

function addressOf(config: DirectoryConfig): { host: string; port: number } {
  const { port } = new URL(config.url)
  return { host: tlsOptions(config).host, port: Number(port || (isLdaps(config) ? 636 : 389)) }
}
