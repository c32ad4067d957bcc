import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'vitest'
import { cleanUpAfter } from '../../_support/cleanup.ts'

/**
 * A door to FerretDB that lets one command through at a time, from all connections together. MongoDB promises
 * that findAndModify is atomic and Agenda builds on that; FerretDB 1.24 reads, then updates by id (its
 * msg_findandmodify.go), so that two workers at once get the same job. Gives the address to use instead.
 */
export async function oneCommandAtATime(mongoUrl: string, t: TestContext): Promise<string> {
  const { hostname, port } = new URL(mongoUrl)
  const sockets = new Set<Socket>()
  let last: Promise<void> = Promise.resolve()

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      // Either side's end is the other's; the drivers open new connections.
      socket
        .on('error', () => {})
        .on('close', () => {
          client.destroy()
          upstream.destroy()
          sockets.delete(socket)
        })
    }
    const answers = messageReader()
    let answered: (() => void) | undefined
    upstream.on('close', () => answered?.())
    upstream.on('data', (chunk: Buffer) => {
      for (const message of answers(chunk)) {
        client.write(message)
        answered?.()
      }
    })
    const commands = messageReader()
    const send = async (command: Buffer, before: Promise<void>) => {
      await before
      if (upstream.destroyed) return
      const { promise, resolve } = Promise.withResolvers<void>()
      answered = resolve
      upstream.write(command)
      await promise
    }
    client.on('data', (chunk: Buffer) => {
      for (const command of commands(chunk)) {
        last = send(command, last)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUpAfter(t, () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const url = new URL(mongoUrl)
  url.port = String(typeof address === 'object' ? address?.port : '')
  return url.href
}

/** Cuts a stream into messages of MongoDB's wire protocol: the first four bytes are the length, little-endian. */
function messageReader(): (chunk: Buffer) => Buffer[] {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const messages: Buffer[] = []
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0)
      messages.push(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
    return messages
  }
}
