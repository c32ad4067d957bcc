import { connect } from 'node:net'

/** What came back for these very bytes. A server may also just hang up: then the status is null. */
export type RawAnswer = { status: number | null; text: string }

/**
 * Sends bytes as they are, since no client would send some of them. The head must say `Connection: close`, or be so wrong that
 * the server hangs up by itself.
 */
export function sendRaw(url: string, request: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(request, 'latin1')))
    socket.on('data', (piece) => pieces.push(Buffer.from(piece)))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
    socket.on('close', () => {
      const text = Buffer.concat(pieces).toString('utf8')
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]
      resolve({ status: status === undefined ? null : Number(status), text })
    })
  })
}
