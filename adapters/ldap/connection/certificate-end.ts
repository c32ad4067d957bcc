import { TLSSocket } from 'node:tls'
import type { DirectoryConfig } from './connect-options.ts'
import { connectSocket } from './connect-socket.ts'

/** When the directory's certificate ends; null where it is spoken with in plain. @throws {DirectoryFailure} */
export async function certificateEnd(config: DirectoryConfig): Promise<Date | null> {
  const socket = await connectSocket(config, config.timeoutMs ?? 5000)
  try {
    return socket instanceof TLSSocket ? new Date(socket.getPeerCertificate().valid_to) : null
  } finally {
    socket.destroy()
  }
}
