import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { cleanUpAfter } from '../_support/cleanup.ts'

/** The way between a process and a server, which can fall silent at a certain message, be slow, or break. */
export type Wire = {
  port: number
  /**
   * Falls silent, both ways, once a client says `text`: before that message goes on (`request`), or after it (`answer`). Resolves
   * when that has happened.
   */
  holdAt: (where: 'request' | 'answer', text: string) => Promise<void>
  freeze: () => void
  slow: (delayMs: number) => void
  /** What was held goes on its way, nothing is held or slow any more. */
  release: () => void
  /** Ends every connection; what was held is lost. */
  cut: () => void
}

export async function startWire(targetPort: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  let held: PromiseWithResolvers<void> | null = null
  let trigger: { where: 'request' | 'answer'; text: string; reached: () => void } | null = null
  let delayMs = 0

  /** Held anew while it waited: it waits on. */
  const free = async (): Promise<void> => {
    if (held === null) return
    await held.promise
    return free()
  }

  /** Hands on what comes from one side, in its order, unless the wire holds it. */
  const handOn = (to: Socket) => {
    let queue = Promise.resolve()
    return (data: Buffer, mayHold: boolean) => {
      queue = queue.then(async () => {
        if (delayMs > 0) await delay(delayMs)
        if (mayHold) await free()
        if (!to.destroyed) to.write(data)
      })
    }
  }
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    const toServer = handOn(upstream)
    const toClient = handOn(client)
    client.on('data', (data: Buffer) => {
      if (trigger === null || !data.includes(trigger.text)) return toServer(data, true)
      const { where, reached } = trigger
      trigger = null
      held ??= Promise.withResolvers()
      toServer(data, where === 'request')
      reached()
    })
    upstream.on('data', (data: Buffer) => toClient(data, true))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  const release = () => {
    held?.resolve()
    held = null
    trigger = null
    delayMs = 0
  }
  const cut = () => {
    for (const socket of sockets) socket.destroy()
    release()
  }
  cleanUpAfter(undefined, () => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as { port: number }).port,
    holdAt: (where, text) =>
      new Promise((reached) => {
        trigger = { where, text, reached }
      }),
    freeze: () => {
      held ??= Promise.withResolvers()
    },
    slow: (ms) => {
      delayMs = ms
    },
    release,
    cut,
  }
}
