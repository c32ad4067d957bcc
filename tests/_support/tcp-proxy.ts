import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'vitest'
import { cleanUpAfter } from './cleanup.ts'

/** Between a client and a server: lets requests through and can hold back what the server answers. */
export type TcpProxy = {
  port: number
  /** What clients have sent, a buffer for each connection. */
  readonly sent: readonly Buffer[]
  /** How many clients are connected now. */
  readonly open: number
  /** Once a client has sent `text`, nothing that the server says arrives any more. */
  holdAnswersTo: (text: string) => void
  release: () => void
  /** Once the server has said so many bytes more, every connection ends, and what it says then does not arrive. */
  cutAfter: (bytes: number) => void
  /** Ends every connection there is, at both ends. */
  cut: () => void
}

/** `target` is the server's port, or gives it anew for each connection. */
export async function startTcpProxy(target: number | (() => number), t?: TestContext): Promise<TcpProxy> {
  let holding = false
  let mayHear = Number.POSITIVE_INFINITY
  let trigger: string | null = null
  const waiting: (() => void)[] = []
  const sockets = new Set<Socket>()
  const sent: Buffer[] = []
  let open = 0
  const server = createServer((client) => {
    const upstream = connect(typeof target === 'number' ? target : target(), '127.0.0.1')
    const number = sent.push(Buffer.alloc(0)) - 1
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (data: Buffer) => {
      sent[number] = Buffer.concat([sent[number] ?? Buffer.alloc(0), data])
      if (trigger !== null && data.includes(trigger)) holding = true
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      mayHear -= data.length
      if (mayHear < 0) return cut()
      if (!holding) return client.write(data)
      return waiting.push(() => client.write(data))
    })
    open += 1
    client.on('close', () => {
      open -= 1
      upstream.destroy()
    })
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  cleanUpAfter(t, () => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as { port: number }).port,
    sent,
    get open() {
      return open
    },
    holdAnswersTo: (text) => {
      trigger = text
    },
    release: () => {
      holding = false
      trigger = null
      for (const send of waiting.splice(0)) send()
    },
    cutAfter: (bytes) => {
      mayHear = bytes
    },
    cut,
  }
}
