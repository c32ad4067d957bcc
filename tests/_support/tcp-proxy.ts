import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'vitest'
import { cleanUpAfter } from './cleanup.ts'

/** Between a client and a server: lets requests through and can hold back what the server answers. */
export type TcpProxy = {
  port: number
  /** Once a client has sent `text`, nothing that the server says arrives any more. */
  holdAnswersTo: (text: string) => void
  release: () => void
}

export async function startTcpProxy(target: number, t?: TestContext): Promise<TcpProxy> {
  let holding = false
  let trigger: string | null = null
  const waiting: (() => void)[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (data) => {
      if (trigger !== null && data.includes(trigger)) holding = true
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (!holding) return client.write(data)
      return waiting.push(() => client.write(data))
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUpAfter(t, () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    port: (server.address() as { port: number }).port,
    holdAnswersTo: (text) => {
      trigger = text
    },
    release: () => {
      holding = false
      trigger = null
      for (const send of waiting.splice(0)) send()
    },
  }
}
